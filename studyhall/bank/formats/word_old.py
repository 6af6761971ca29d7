""".doc of Word 97 to 2003 and of WPS: the words, without the numbers that Word prints by itself."""

from __future__ import annotations

from collections.abc import Sequence

from legacy_doc import ExtractionOptions, LegacyDocError, extract_text

from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.reading import Reading, Refused
from studyhall.bank.formats.text import read_lines
from studyhall.bank.record import Place

_SECTOR = 512


def read(data: bytes, file: str, key_lines: Sequence[Line] = ()) -> Reading:
    return read_lines(lines_of(data, file), file, "doc", key_lines)


def lines_of(data: bytes, file: str) -> list[Line]:
    """WPS leaves the last sector short, which readers take for a truncated file: it is filled up first."""
    whole = data + b"\0" * (-len(data) % _SECTOR)
    options = ExtractionOptions(max_file_bytes=len(whole) + 1, max_text_bytes=20_000_000)
    try:
        text = extract_text(whole, options=options).text
    except LegacyDocError as error:
        lowered = str(error).lower()
        if "encrypt" in lowered or "password" in lowered:
            raise Refused("这个 Word 文件有密码，请去掉密码再传。") from error
        raise Refused("这个 .doc 文件打不开，可能已经损坏；请用 Word 或 WPS 另存为 .docx 再传。") from error
    except (IndexError, ValueError, KeyError, OverflowError) as error:
        raise Refused("这个 .doc 文件打不开，可能已经损坏；请用 Word 或 WPS 另存为 .docx 再传。") from error
    lines = []
    for number, paragraph in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        for words in paragraph.replace("\xa0", " ").split("\x0b"):
            lines.append(Line(words, Place(file=file or None, paragraph=number)))
    return lines
