"""By content, not by name; and what is refused before any reader sees it."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from studyhall.bank.carried import Carried
from studyhall.bank.formats import Refused, read_bytes, read_file
from studyhall.bank.formats.guards import OLE
from studyhall.bank.formats.sandbox import read_apart
from studyhall.bank.formats.sheet_out import write as template
from studyhall.bank.formats.summary import summary

PAPER = (
    "一、单选题\n1.谁？（ ）\nA.甲\nB.乙\n答案：B\n2.又是谁？\nA.丙\nB.丁\n1.谁？（ ）\nA.甲\nB.乙\n答案：B\n"
)


def zipped(members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target.getvalue()


def test_the_ending_does_not_matter() -> None:
    assert read_bytes(template(), "a.doc").format == "xlsx"
    assert read_bytes(PAPER.encode(), "a.xlsx").format == "txt"
    assert read_bytes(b'[{"question": "x", "answer": "y"}]', "a.txt").format == "json"


@pytest.mark.parametrize("first", ["MIME-Version: 1.0", "From: <Saved by WPS>", "Content-Language: zh-cn"])
def test_a_web_archive_is_known_by_its_head(first: str) -> None:
    page = "<p>1.谁？</p><p>A.甲</p><p>B.乙</p><p>答案：B</p>"
    head = f'{first}\nX-Made: 1\nContent-Type: multipart/related; boundary="=1"\n\n'
    body = f"--=1\nContent-Type: text/html; charset=utf-8\n\n{page}\n--=1--\n"
    [record] = read_bytes((head + body).encode(), "a.doc").records
    assert record.right_texts == ("乙",)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空的"),
        (b" \n ", "空的"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"{\\rtf1 x}", "RTF"),
        (b"\x89PNG\r\n", "图片"),
        (b"Rar!\x1a\x07", "RAR"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (OLE + "WordDocument_VBA_PROJECT".encode("utf-16-le"), "宏"),
        (OLE + "WordDocument".encode("utf-16-le") + b"\0" * 600, "打不开"),
        (OLE + "Workbook".encode("utf-16-le") + b"\0" * 600, "打不开"),
        (template()[:2000], "打不开"),
        (b"PK\x03\x04 broken", "打不开"),
        (b"\x00\x01\x02\x03" * 20, "读不懂"),
        (b"x" * (21 * 1024 * 1024), "最多 20 MB"),
        (b'<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>', "实体"),
        (b'<?xml version="1.0"?><w:wordDocument xmlns:w="urn:w"/>', "另存为 .docx"),
        (b"<quiz><question>", "读不懂"),
        (b'[{"question": "x", "answer"', "JSON 读不懂"),
        (zipped({"word/document.xml": "<a/>", "word/vbaProject.bin": "x"}), "宏"),
        (zipped({"../../etc/passwd": "x"}), "指向外面"),
        (zipped({"word/document.xml": b"0" * 30_000_000}), "大得不正常"),
        (zipped({f"{n}.txt": "x" for n in range(5001)}, zipfile.ZIP_STORED), "5001"),
        (zipped({"a.zip": zipped({"b.txt": "x"})}), ""),
        (zipped({"ppt/presentation.xml": "<a/>"}), "幻灯片"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why(data: bytes, words: str) -> None:
    try:
        reading = read_bytes(data, "a.bin")
    except Refused as refused:
        assert words in str(refused)
    else:
        assert [one.format for one in reading.files] == ["refused"]


def test_thousands_of_blanks_take_no_minutes() -> None:
    text = "1.谁？\nA.甲\nB.乙\n答案：B\n" + ("一" + "\t" * 1500 + "二" + " " * 4000 + "\n") * 300
    assert read_bytes(text.encode(), "a.txt").records[0].right_texts == ("乙",)


def test_an_archive_is_a_document_for_each_file() -> None:
    reading = read_bytes(zipped({"甲.txt": PAPER, "乙.xlsx": template(), "丙.pdf": "%PDF"}), "a.zip")
    document = summary(reading)
    assert list(document) == ["files"]
    assert [one["file"] for one in document["files"]] == ["丙.pdf", "乙.xlsx", "甲.txt"]
    assert "PDF" in document["files"][0]["held"][0]["reason"]


def test_the_summary_is_the_document_of_the_contract() -> None:
    document = summary(read_bytes(PAPER.encode(), "a.txt"), questions=True)
    assert {key: document[key] for key in ("file", "format", "total", "ready", "duplicates", "batch")} == {
        "file": "a.txt", "format": "txt", "total": 3, "ready": 1, "duplicates": 1, "batch": None,
    }  # fmt: skip
    assert document["by_kind"] == {
        "single": 3, "multiple": 0, "judge": 0, "fill": 0, "short": 0, "other": 0, "case": 0,
    }  # fmt: skip
    [held] = document["held"]
    assert (held["counted"], held["reason"], held["place"]) == (
        True,
        "没有找到答案",
        {"file": "a.txt", "line": 6},
    )
    assert document["questions"][0]["answer"] == ["B"]
    json.dumps(document)


def test_a_case_with_one_part_held_is_held_whole() -> None:
    text = "一、案例分析题\n案例一：争地。\n（1）谁有理？\nA.甲\nB.乙\n答案：B\n（2）找谁？\nA.丙\nB.丁\n"
    document = summary(read_bytes(text.encode(), "a.txt"))
    assert (document["total"], document["by_kind"]["case"], document["ready"]) == (2, 1, 0)
    assert [held["counted"] for held in document["held"]] == [True, True]


def test_a_paper_and_its_key_as_two_files(tmp_path: Path) -> None:
    (tmp_path / "卷.txt").write_text(
        "一、单选题\n1.谁？\nA.甲\nB.乙\n2.哪个？\nA.丙\nB.丁\n", encoding="gb18030"
    )
    (tmp_path / "答案.txt").write_text("单选题：1-2 BA\n", encoding="utf-8")
    reading = read_file(tmp_path / "卷.txt", tmp_path / "答案.txt")
    assert [record.right_texts for record in reading.records] == [("乙",), ("丙",)]


def test_a_reading_comes_back_through_json() -> None:
    reading = read_bytes(PAPER.encode(), "a.txt")
    lines = "\n".join(Carried.of(reading).to_lines()).split("\n")
    assert Carried.from_lines(lines).opened() == reading


def test_a_file_is_read_in_a_process_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "upload-1"
    path.write_bytes(PAPER.encode())
    assert read_apart(path, name="卷.txt").opened() == read_bytes(PAPER.encode(), "卷.txt")
    path.write_bytes(b"%PDF")
    with pytest.raises(Refused, match="PDF"):
        read_apart(path)


def test_control_characters_are_no_words() -> None:
    reading = read_bytes("::t:: [html]<p>谁\x05？</p>&#1; {=甲\x0e ~乙}".encode(), "a.txt")
    assert [(record.stem, record.right_texts) for record in reading.records] == [("谁？", ("甲",))]


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "slow.txt"
    path.write_bytes(PAPER.encode())
    with pytest.raises(Refused, match="秒"):
        read_apart(path, seconds=0)
