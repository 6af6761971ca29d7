"""Which reader words get: markup, JSON, the text forms of other systems, a sheet in commas, or a paper."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyhall.bank.formats import aiken, gift, gift_grammar, json_bank, markdown_tasks, sheets, text
from studyhall.bank.formats.lines import Line, decoded, lines_of
from studyhall.bank.formats.other_systems import OTHER_SYSTEMS
from studyhall.bank.formats.reading import Reading, Refused
from studyhall.bank.formats.sheet_cells import sheet_of_text
from studyhall.bank.formats.sheet_headless import headless_tables as is_headless
from studyhall.bank.formats.sheet_heads import head_of

_WEBCT = re.compile(r"(?mi)^:(?:TYPE:(?:MC|MR|M|S|P|C|J)\b|QUESTION:[HT]?\s*$|TITLE:.+)")


_JSON = re.compile(r'\{\s*"[^"]*"\s*:|\[\s*\{\s*"[^"]*"\s*:')


_WEB_ARCHIVE = re.compile(r"(?i)(?:MIME-Version|From|Subject|Date|Content-[\w-]+|X-[\w-]+):")
_MULTIPART = re.compile(r"(?mi)^content-type:\s*(?:multipart/|text/html)")


_BANK = re.compile(
    r"(?:\s|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)*<(?:[\w.-]+:)?(?:quiz|questestinterop|assessmentItem|assessmentTest)\b",
    re.DOTALL,
)
"""The banks in XML: a table in their first question makes no page of them."""


def read_words(data: bytes, file: str, key_lines: Sequence[Line]) -> Reading:
    """By how it begins; raises Refused for what is no text and for systems nobody here has."""
    words = decoded(data)
    start = words.lstrip()[:400]
    if start.startswith("<"):
        return _read_markup(data, words, file, key_lines)
    if json_bank.may_be(start) and json_bank.is_json(words):
        return json_bank.read(words, file)
    if _JSON.match(start):
        raise Refused("这个 JSON 读不懂，可能没有传完或者已经损坏。")
    if _WEB_ARCHIVE.match(start) and _MULTIPART.search(words[:4000]):
        from studyhall.bank.formats.web_page import lines_of_archive

        return text.read_lines(lines_of("\n".join(lines_of_archive(data)), file), file, "mht", key_lines)
    if len(_WEBCT.findall(words[:20_000])) >= 2:
        raise Refused(OTHER_SYSTEMS["webct"])
    if aiken.is_strictly_aiken(words):
        return aiken.read(words, file)
    if gift_grammar.is_gift(words):
        return gift.read(words, file)
    if aiken.is_aiken(words):
        return aiken.read(words, file)
    sheet = sheet_of_text(words) if re.search(r"[\t,;|，]", start) else None
    if sheet and (
        any(head_of(row, number) for number, row in enumerate(sheet.rows[:6], 1)) or is_headless(sheet)
    ):
        return sheets.read_sheets([sheet], file, "csv")
    markdown = re.search(r"(?m)^#{1,6} |\*\*\S", words)
    lines = markdown_tasks.with_keys(lines_of(words, file))
    return text.read_lines(lines, file, "md" if markdown else "txt", key_lines)


def _read_markup(data: bytes, words: str, file: str, key_lines: Sequence[Line]) -> Reading:
    from studyhall.bank.formats import moodle, qti
    from studyhall.bank.formats.xml_safe import local, parsed

    head = words.lstrip()[:3000].lower()
    if not _BANK.match(words) and ("<html" in head or "<table" in head or "<!doctype html" in head):
        return _read_html(data, file, key_lines)
    root = parsed(re.sub(r"^\s*<\?xml[^>]*\?>", "", words).strip().encode("utf-8"))
    name = local(root)
    if name == "quiz":
        return moodle.read(root, file)
    if name in (
        "questestinterop",
        "assessmentItem",
        "assessmentTest",
        "qti-assessment-item",
        "qti-assessment-test",
    ):
        return qti.read(root, file)
    if name in ("wordDocument", "package"):
        raise Refused("这是 Word 的 XML 文档；请用 Word 或 WPS 打开，另存为 .docx 再传。")
    if name == "Workbook":
        raise Refused("这是旧式的 XML 表格；请用 Excel 打开，另存为 .xlsx 再传。")
    if name in ("POOL", "QUESTIONS"):
        raise Refused(OTHER_SYSTEMS["blackboard"])
    if name.lower() in ("examview", "examviewbank"):
        raise Refused(OTHER_SYSTEMS["examview"])
    raise Refused(f"不认识这种 XML（{name[:30]}）；能读的有 Moodle XML 和 QTI 1.2、2.1。")


def _read_html(data: bytes, file: str, key_lines: Sequence[Line]) -> Reading:
    """A page saved by a browser, or a table that a system exports as .xls and that is a page inside."""
    from studyhall.bank.formats.web_page import lines_of_html

    lines = lines_of_html(decoded(data))
    rows = sheet_of_text("\n".join(line.replace('"', "”") for line in lines if "\t" in line))
    if any(head_of(row, number) for number, row in enumerate(rows.rows[:6], 1)):
        return sheets.read_sheets([rows], file, "html")
    return text.read_lines(lines_of("\n".join(lines), file), file, "html", key_lines)
