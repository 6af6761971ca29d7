"""Files of law texts as lines: Word, Markdown, plain text. Word is read in a process of its own."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from studyhall.core.errors import Refused
from studyhall.core.sandbox import apart
from studyhall.library.law_text import LawText, read_law

MOST_BYTES = 4 * 1024 * 1024
MOST_UNPACKED = 24 * 1024 * 1024
"""The Civil Code as the official Word file unpacks to some 3 MB."""
MOST_MEMBERS = 500
KINDS = (".docx", ".md", ".txt")


@dataclass(frozen=True)
class LawFile:
    """One file read: its name, and the law in it."""

    file: str
    law: LawText


def read_file(name: str, data: bytes) -> LawFile:
    """Raises Refused for a file that cannot be read at all, or holds not one article."""
    if len(data) > MOST_BYTES:
        raise Refused("%(name)s：文件太大，最大%(most)s MB。", name=name, most=MOST_BYTES // 1024 // 1024)
    suffix = PurePath(name).suffix.lower()
    if suffix == ".docx" or data[:4] == b"PK\x03\x04":
        law = read_law(_read_apart(name, data))
    elif suffix == ".doc" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise Refused("%(name)s：这是旧格式的Word文件，请用Word或WPS另存为.docx，再导入。", name=name)
    elif suffix in (".md", ".txt", ".text", ".markdown", ""):
        head, lines = _front_matter(_decoded(name, data))
        law = read_law(lines, head)
    else:
        raise Refused("%(name)s：只能导入Word（.docx）、Markdown（.md）和文本文件（.txt）。", name=name)
    if not any(article.number for article in law.articles):
        raise Refused(
            "%(name)s：没有找到一条条文，这不像法律文本。每一条应当以“第一条”这样的字开头。", name=name
        )
    return LawFile(name, law)


def _read_apart(name: str, data: bytes) -> list[str]:
    try:
        lines: list[str] = apart("studyhall.library.law_files:word_lines", data)
    except Refused as refusal:
        raise Refused("%(name)s：%(why)s", name=name, why=refusal) from None
    return lines


def _decoded(name: str, data: bytes) -> str:
    if b"\0" in data[:4000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("%(name)s：这不是文字文件，读不懂。", name=name)
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("%(name)s：文字的编码读不懂，请另存为UTF-8，再导入。", name=name)


def _front_matter(text: str) -> tuple[dict[str, str], list[str]]:
    """`title: …` lines between two rules of dashes at the very top; all the rest is text."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != "---" or "---" not in (line.strip() for line in lines[1:60]):
        return {}, lines
    end = next(place for place, line in enumerate(lines[1:], 1) if line.strip() == "---")
    fields = (re.match(r"([a-z_]+):\s*(.*)$", line) for line in lines[1:end])
    return {field[1]: field[2].strip() for field in fields if field}, lines[end + 1 :]


def word_lines(data: bytes) -> list[str]:
    """The paragraphs of a .docx; runs in a child process (`core.sandbox`)."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
                raise Refused("文件解开以后太大，没有读。请只留下条文，另存一份再导入。")
        document = docx.Document(io.BytesIO(data))
    except (zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, OSError, SyntaxError) as error:
        raise Refused("Word文件打不开，可能没有传完或者已经损坏。") from error
    return list(_walked(document))


def _walked(container: Any) -> Iterator[str]:
    """Paragraphs in order, those in tables too: some offices print a law in a frame of one cell."""
    for block in container.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                seen: set[int] = set()
                for cell in row.cells:
                    if id(cell._tc) not in seen:
                        seen.add(id(cell._tc))
                        yield from _walked(cell)
        else:
            yield block.text
