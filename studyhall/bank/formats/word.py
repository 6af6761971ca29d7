""".docx: paragraphs with the numbers Word prints, soft breaks, tables, text boxes, pictures, bodies put in.

`.paragraphs` of the usual library skips tables and numbers; here the body is walked as it stands.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from studyhall.bank.drafts import Run
from studyhall.bank.formats.lines import Line, decoded, runs_of
from studyhall.bank.formats.reading import TORN, Reading, Refused
from studyhall.bank.formats.sheet_cells import Sheet
from studyhall.bank.formats.sheet_heads import head_of
from studyhall.bank.formats.sheets import read_sheets
from studyhall.bank.formats.text import read_lines
from studyhall.bank.formats.text_key_grids import KEY_WORDS
from studyhall.bank.formats.text_key_lines import NUMBER_WORDS, is_key
from studyhall.bank.formats.word_looks import Looks, Printed, is_on
from studyhall.bank.formats.word_numbering import Numbering, W
from studyhall.bank.formats.word_signs import formula, symbol
from studyhall.bank.formats.xml_safe import children_of, local, parsed
from studyhall.bank.record import Picture, Place

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_V_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
_MEDIA = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "bmp": "image/bmp",
    "webp": "image/webp", "emf": "image/x-emf", "wmf": "image/x-wmf",
}  # fmt: skip
_PASSED_OVER = frozenset(
    ("pPr", "rPr", "del", "moveFrom", "Fallback", "instrText", "delText", "tabs", "sectPr")
)
_AROUND_BLOCKS = (
    "sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "AlternateContent", "Choice",
)  # fmt: skip
_BLOCKS = ("p", "tbl", "altChunk", *_AROUND_BLOCKS)
MOST_PICTURE_BYTES = 30_000_000


def read(data: bytes, file: str, key_lines: Sequence[Line] = ()) -> Reading:
    """Questions in running text, and in tables that have a header like a sheet."""
    document = Document(data, file)
    lines, sheets = document.lines()
    reading = read_lines(lines, file, "docx", key_lines)
    if sheets:
        inside = read_sheets(sheets, file, "docx")
        if inside.records:
            reading.records += inside.records
            reading.fragments += inside.fragments
            reading.notes = [note for note in reading.notes if "一道题也没有" not in note]
    return reading


def key_lines_of(data: bytes, file: str) -> list[Line]:
    """Only the words, for a key in a file of its own; tables with a header too, a line a row."""
    lines, sheets = Document(data, file).lines()
    rows = [row for sheet in sheets for row in sheet.rows]
    return lines + [Line("\t".join(row), Place(file=file or None), from_table=True) for row in rows]


class Document:
    """One package. Its paragraphs are counted as they stand, those in tables and boxes too."""

    def __init__(self, data: bytes, file: str, depth: int = 0) -> None:
        self.file, self.depth = file, depth
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
            names = set(self.zip.namelist())
        except (zipfile.BadZipFile, OSError) as error:
            raise Refused(TORN) from error
        self.main = next((name for name in names if re.fullmatch(r"word/document\d*\.xml", name)), "")
        if not self.main:
            raise Refused("这个文件不是 Word 文档，里面没有正文。")
        self.rels = self._relations()
        styles = self._part("word/styles.xml")
        self.numbering = Numbering(self._part("word/numbering.xml"), styles)
        self.looks = Looks(styles)
        self.paragraph = 0
        self.pictures = 0
        self.picture_bytes = 0
        self.sheets: list[Sheet] = []

    def _part(self, name: str) -> Any | None:
        data = self._bytes(name)
        return None if data is None else parsed(data)

    def _bytes(self, name: str) -> bytes | None:
        try:
            return self.zip.read(name)
        except KeyError:
            return None
        except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError) as error:
            raise Refused(TORN) from error

    def _relations(self) -> dict[str, str]:
        folder, name = posixpath.split(self.main)
        root = self._part(f"{folder}/_rels/{name}.rels")
        if root is None:
            return {}
        return {
            one.get("Id", ""): posixpath.normpath(posixpath.join(folder, one.get("Target", "")))
            for one in root
            if one.get("TargetMode") != "External"
        }

    def lines(self) -> tuple[list[Line], list[Sheet]]:
        blocks = children_of(self._bytes(self.main) or b"", f"{W}body", [f"{{*}}{name}" for name in _BLOCKS])
        return list(self._blocks(blocks)), self.sheets

    def _blocks(self, parent: Iterable[Any]) -> Iterator[Line]:
        for element in parent:
            name = local(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield from self._table(element)
            elif name == "altChunk":
                yield from self._chunk(self.rels.get(element.get(f"{_R}id", ""), ""))
            elif name in _AROUND_BLOCKS:
                yield from self._blocks(element)

    def _paragraph(self, element: Any) -> Iterator[Line]:
        self.paragraph += 1
        place = Place(file=self.file or None, paragraph=self.paragraph)
        label = self.numbering.label(element)
        pictures: list[Picture] = []
        boxes: list[Any] = []
        runs = list(self._runs(element, self.looks.of_paragraph(element), pictures, boxes))
        if not _typed_too(label, "".join(run.words for run in runs)):
            runs.insert(0, Run(label))
        for at, printed in enumerate(_lines_apart(runs)):
            words = "".join(run.words for run in printed)
            marked = printed if any(run.looks for run in printed) else ()
            yield Line(words, place, tuple(pictures) if at == 0 else (), runs=marked)
        for box in boxes:
            yield from self._blocks(box)

    def _runs(
        self, element: Any, around: Printed, pictures: list[Picture], boxes: list[Any]
    ) -> Iterator[Run]:
        """The text in order, as it is printed; deleted and fallback copies are passed over."""
        for child in element:
            name = local(child)
            if name == "r" and (look := child.find(f"{W}rPr")) is not None:
                if is_on(look, "vanish"):
                    continue
                runs = self._runs(child, self.looks.of_run(look, around), pictures, boxes)
                yield from _line_to_write_on(runs) if is_on(look, "u") else runs
            elif name == "hyperlink":
                yield from (Run(run.words) for run in self._runs(child, around, pictures, boxes))
            elif name == "txbxContent":
                boxes.append(child)
            elif name not in _PASSED_OVER:
                words = self._words(child, name, pictures)
                if words is None:
                    yield from self._runs(child, around, pictures, boxes)
                else:
                    yield Run(words, around.looks)

    def _words(self, element: Any, name: str, pictures: list[Picture]) -> str | None:
        """What one element of a run prints; None where that is told by those in it."""
        if name == "t":
            return (element.text or "").replace("\xa0", " ")
        if name in ("tab", "ptab"):
            return "\t"
        if name in ("br", "cr"):
            return "\n"
        if name == "noBreakHyphen":
            return "-"
        if name == "sym":
            return symbol(element)
        if name in ("oMath", "oMathPara"):
            return formula(element)
        if element.tag in (_A_BLIP, _V_IMAGE):
            return self._picture(element, pictures)
        return None

    def _picture(self, element: Any, pictures: list[Picture]) -> str:
        target = self.rels.get(element.get(f"{_R}embed") or element.get(f"{_R}id") or "", "")
        media = _MEDIA.get(target.rsplit(".", 1)[-1].lower())
        if not media or target not in self.zip.NameToInfo:
            return ""
        self.picture_bytes += self.zip.NameToInfo[target].file_size
        if self.picture_bytes > MOST_PICTURE_BYTES:
            raise Refused("这个 Word 文件里的图片太多太大，请压缩图片或者分成几个文件再传。")
        self.pictures += 1
        name = f"图{self.pictures}"
        pictures.append(Picture(name, media, self.zip.read(target)))
        return f"〔{name}〕"

    def _table(self, element: Any) -> Iterator[Line]:
        """With a header like a sheet it is one; short cells are one line, long ones a line for each."""
        rows = [
            [self._cell(cell) for cell in row.iter(f"{W}tc") if _row_of(cell) is row]
            for row in element.findall(f"{W}tr")
        ]
        words = [["\n".join(line.text for line in cell) for cell in row] for row in rows]
        if any(head_of(row, number) for number, row in enumerate(words[:4], 1)):
            self.sheets.append(Sheet(f"表格{len(self.sheets) + 1}", [list(row) for row in words]))
            return
        for row in rows:
            texts = [" ".join(line.text.strip() for line in cell).strip() for cell in row]
            if _on_one_line(texts):
                place = row[0][0].place if row[0] else Place(file=self.file or None)
                yield Line("\t".join(texts), place, from_table=True, runs=runs_of(chain.from_iterable(row)))
            else:
                yield from (line for cell in row for line in cell)

    def _cell(self, cell: Any) -> list[Line]:
        return list(self._blocks(cell))

    def _chunk(self, target: str) -> Iterator[Line]:
        """A body put in from another file: HTML, a web archive, plain text, another document."""
        if not target or target not in self.zip.NameToInfo or self.depth >= 2:
            return
        from studyhall.bank.formats.web_page import lines_of_archive, lines_of_html

        data = self.zip.read(target)
        ending = target.rsplit(".", 1)[-1].lower()
        if ending in ("docx", "docm"):
            yield from Document(data, self.file, self.depth + 1).lines()[0]
            return
        if ending in ("mht", "mhtml"):
            texts = lines_of_archive(data)
        elif ending in ("html", "htm", "xhtml"):
            texts = lines_of_html(decoded(data))
        else:
            texts = decoded(data).split("\n")
        for words in texts:
            self.paragraph += 1
            yield Line(words, Place(file=self.file or None, paragraph=self.paragraph))


def _on_one_line(cells: Sequence[str]) -> bool:
    """Short cells; of two: an option with its letter, or numbers and keys."""
    if len(cells) == 2:
        letter = re.fullmatch(r"[A-LＡ-Ｌ]\s*[.．、]?", cells[0])
        return bool(letter and cells[1]) or all(
            cell in (*NUMBER_WORDS, *KEY_WORDS) or cell.isdecimal() or is_key(cell) for cell in cells
        )
    return len(cells) > 2 and all(len(cell) <= 12 for cell in cells)


def _lines_apart(runs: Sequence[Run]) -> Iterator[tuple[Run, ...]]:
    """At soft breaks: each line with its own runs."""
    line: list[Run] = []
    for run in runs:
        first, *others = run.words.split("\n")
        line.append(run._replace(words=first))
        for words in others:
            yield tuple(line)
            line = [run._replace(words=words)]
    yield tuple(line)


def _line_to_write_on(runs: Iterator[Run]) -> Iterator[Run]:
    """Underlined blanks are a blank to be filled in."""
    found = list(runs)
    text = "".join(run.words for run in found)
    if text.strip() or not found:
        yield from found
    else:
        yield Run(re.sub(r"\t|[^\S\n]{2,}", "____", text))


def _typed_too(label: str, words: str) -> bool:
    """The number Word prints was typed as well: 3. before 3、某某."""
    bare = re.sub(r"\W", "", label)
    typed = re.match(r"\s*[（(]?\s*([0-9A-Za-z一二三四五六七八九十]{1,4})\s*[）)]?\s*[.．、:：)）]", words)
    return bool(bare) and typed is not None and typed[1] == bare


def _row_of(cell: Any) -> Any:
    """The row a cell stands in: cells of a table within a cell belong to their own."""
    parent = cell.getparent()
    while parent is not None and local(parent) != "tr":
        parent = parent.getparent()
    return parent
