"""Aiken: a stem, options `A)` or `A.`, and a line `ANSWER: A`; where people put several letters, a multiple."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import normalize

from studyhall.bank.answers import letters_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.materials import flat
from studyhall.bank.formats.reading import Reading
from studyhall.bank.record import KEYS, Fragment, Kind, Place, Record
from studyhall.bank.settling import settle

_OPTION = re.compile(r"^\s*([A-Z])\s*[.)]\s*(.*)$")
_WIDE_OPTION = re.compile(r"^\s*([A-ZＡ-Ｚ])\s*[.)．）、]\s*(.*)$")
"""As people type with a Chinese keyboard: counts only where that letter is due."""
_OTHER_KEY = re.compile(r"^\s*[【\[]?\s*(?:正确|标准|参考)?答案\s*[】\]]?\s*[:：]")
"""The key of a Chinese paper that somebody gave one line in English."""
_ANSWER = re.compile(r"^\s*ANSWER\s*:\s*(.*?)\s*$")
_WIDE_ANSWER = re.compile(r"^\s*(?:ANSWER|ＡＮＳＷＥＲ)\s*[:：]\s*(.*?)\s*$")
_EXPLAINED = re.compile(r"^\s*(?:FEEDBACK|EXPLANATION|Feedback|Explanation)\s*:\s*(.*?)\s*$")
_NUMBER = re.compile(r"^(\d{1,4})\s*[.．、)）]\s*(?=\S)")


def is_aiken(text: str) -> bool:
    lines = text.split("\n")
    answers = sum(bool(_WIDE_ANSWER.match(line)) for line in lines)
    others = sum(bool(_OTHER_KEY.match(line)) for line in lines)
    return answers > others and sum(bool(_WIDE_OPTION.match(line)) for line in lines) >= 2


def is_strictly_aiken(text: str) -> bool:
    """It ends with ANSWER and letters, and has as many of those as options A: braces in it are words of its own."""
    lines = [line for line in text.split("\n") if line.strip()]
    answers = [found for line in lines if (found := _ANSWER.match(line)) and letters_of(found[1])]
    first = [found for line in lines if (found := _OPTION.match(line)) and found[1] == "A"]
    return bool(answers) and len(answers) == len(first) and _ANSWER.match(lines[-1]) is not None


def read(text: str, file: str) -> Reading:
    """A question ends with its ANSWER; one that another begins before it has none is held."""
    reader = _Reader(file)
    lines = text.split("\n")
    for at, line in enumerate(lines):
        reader.take(line, at + 1, next((later for later in lines[at + 1 :] if later.strip()), ""))
    reader.close()
    reader.reading.records = _without_numbers(reader.reading.records)
    return reader.reading


def _without_numbers(records: list[Record]) -> list[Record]:
    """Stems counted through from one to the last: the numbers are the paper's, not theirs."""
    found = [_NUMBER.match(record.stem) for record in records]
    numbers = [int(match[1]) for match in found if match]
    if len(records) < 2 or numbers != list(
        range(numbers[0] if numbers else 1, len(records) + (numbers or [1])[0])
    ):
        return records
    return [
        replace(record, stem=record.stem[match.end() :], number=int(match[1]))
        for record, match in zip(records, found, strict=True)
        if match
    ]


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

    def _option(self, line: str) -> re.Match[str] | None:
        narrow, wide = _OPTION.match(line), _WIDE_OPTION.match(line)
        if narrow and (self.stem or self.options or narrow[1] == "A"):
            return narrow
        due = KEYS[len(self.options)] if self.stem and len(self.options) < len(KEYS) else ""
        return wide if wide and normalize("NFKC", wide[1]) == due else None

    def _answer(self, line: str) -> re.Match[str] | None:
        return _ANSWER.match(line) or (_WIDE_ANSWER.match(line) if self.options else None)

    def take(self, line: str, number: int, after: str) -> None:
        if not line.strip():
            if self.options and not self._option(after) and not self._answer(after):
                self.close()
            return
        said = _EXPLAINED.match(line)
        if said and not self.source and self.reading.records:
            last = self.reading.records[-1]
            self.reading.records[-1] = replace(last, explanation=f"{last.explanation}\n{said[1]}".strip())
            return
        self.line = self.line or number
        self.source.append(line)
        answer, option = self._answer(line), self._option(line)
        if answer:
            self.close(answer[1])
        elif option:
            self.options.append((normalize("NFKC", option[1]), option[2].strip()))
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
            kind = Kind.MULTIPLE if len(letters_of(answer) or ()) > 1 else Kind.SINGLE
            draft = Draft(stem, place, kind, self.options, answer, source=source, rules=["aiken"])
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
    found = _OPTION.match(line) or _ANSWER.match(line) or _EXPLAINED.match(line)
    return re.sub(r"[.):]", lambda sign: chr(ord(sign[0]) + 0xFEE0), line, count=1) if found else line
