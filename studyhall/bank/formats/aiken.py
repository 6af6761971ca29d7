"""Aiken: a stem, options `A)` or `A.`, and a line `ANSWER: A`. Single choices only."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyhall.bank.drafts import Draft
from studyhall.bank.formats.materials import flat
from studyhall.bank.formats.reading import Reading
from studyhall.bank.record import Fragment, Kind, Place, Record
from studyhall.bank.settling import settle

_OPTION = re.compile(r"^\s*([A-Z])\s*[.)]\s*(.*)$")
_OTHER_KEY = re.compile(r"^\s*[【\[]?\s*(?:正确|标准|参考)?答案\s*[】\]]?\s*[:：]")
"""The key of a Chinese paper that somebody gave one line in English."""
_ANSWER = re.compile(r"^\s*ANSWER\s*:\s*(.*?)\s*$")


def is_aiken(text: str) -> bool:
    lines = text.split("\n")
    answers = sum(bool(_ANSWER.match(line)) for line in lines)
    others = sum(bool(_OTHER_KEY.match(line)) for line in lines)
    return answers > others and sum(bool(_OPTION.match(line)) for line in lines) >= 2


def read(text: str, file: str) -> Reading:
    """A question ends with its ANSWER; one that another begins before it has none is held."""
    reader = _Reader(file)
    lines = text.split("\n")
    for at, line in enumerate(lines):
        reader.take(line, at + 1, next((later for later in lines[at + 1 :] if later.strip()), ""))
    reader.close()
    return reader.reading


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.reading = Reading("aiken", file=file)
        self._begin()

    def _begin(self) -> None:
        self.stem: list[str] = []
        self.options: list[tuple[str, str]] = []
        self.source: list[str] = []
        self.line = 0

    def take(self, line: str, number: int, after: str) -> None:
        if not line.strip():
            if self.options and not _OPTION.match(after) and not _ANSWER.match(after):
                self.close()
            return
        self.line = self.line or number
        self.source.append(line)
        answer, option = _ANSWER.match(line), _OPTION.match(line)
        if answer:
            self.close(answer[1])
        elif option and (self.stem or self.options or option[1] == "A"):
            self.options.append((option[1], option[2].strip()))
        elif self.options:
            letter, words = self.options[-1]
            self.options[-1] = (letter, f"{words}\n{line.strip()}")
        else:
            self.stem.append(line.strip())

    def close(self, answer: str = "") -> None:
        place = Place(file=self.file or None, line=self.line or None)
        source = "\n".join(self.source)
        if self.stem:
            stem = "\n".join(self.stem)
            draft = Draft(stem, place, Kind.SINGLE, self.options, answer, source=source, rules=["aiken"])
            self.reading.records.append(settle(draft))
        elif source.strip():
            self.reading.fragments.append(Fragment(place, "没有题干。", source))
        self._begin()


def write(records: Sequence[Record]) -> str:
    """Singles only, each stem on one line, a story before it; what else there is `losses` has said before."""
    singles = [one for one, _tags in flat(records) if one.kind is Kind.SINGLE and one.right_texts]
    return "\n".join(_written(record) for record in singles)


def _written(record: Record) -> str:
    answer = record.answer[0] if isinstance(record.answer, tuple) else ""
    options = "\n".join(f"{option.key}) {_line(option.text)}" for option in record.options)
    return f"{_stem(record.stem)}\n{options}\nANSWER: {answer}\n"


def _line(text: str) -> str:
    return " ".join(text.split())


def _stem(text: str) -> str:
    """One that begins like an option or a key gets that one sign in full width."""
    line = _line(text)
    found = _OPTION.match(line) or re.match(r"ANSWER\s*:", line)
    return re.sub(r"[.):]", lambda sign: chr(ord(sign[0]) + 0xFEE0), line, count=1) if found else line
