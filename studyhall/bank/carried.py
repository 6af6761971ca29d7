"""A reading on its way out of the process it was made in: the rows of its batch, as plain values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from studyhall.bank.batch_items import Row, rows_of
from studyhall.bank.formats.reading import Reading
from studyhall.core.sandboxed import Lines


@dataclass
class Carried:
    """`formats.Reading` with rows instead of records; of an archive `files` hold them."""

    format: str
    file: str = ""
    notes: list[str] = field(default_factory=list)
    bank: str = ""
    rows: list[Row] = field(default_factory=list)
    files: list[Carried] = field(default_factory=list)

    @classmethod
    def of(cls, reading: Reading) -> Carried:
        return cls(
            reading.format,
            reading.file,
            reading.notes,
            reading.bank,
            rows_of(reading.records, reading.fragments),
            [cls.of(one) for one in reading.files],
        )

    @property
    def questions(self) -> int:
        return sum(row.questions for row in self.rows)

    def to_lines(self) -> Lines:
        """One line about everything, then one with each record, as it stands in its row."""
        rows = [row for one in (self, *self.files) for row in one.rows]
        return Lines([json.dumps(self._about(), ensure_ascii=False), *(row.record for row in rows)])

    @classmethod
    def from_lines(cls, lines: Sequence[str]) -> Carried:
        return cls._of_about(json.loads(lines[0]), iter(lines[1:]))

    def _about(self) -> list[Any]:
        rows = [row[1:] for row in self.rows]
        return [self.format, self.file, self.notes, self.bank, rows, [one._about() for one in self.files]]

    @classmethod
    def _of_about(cls, about: list[Any], records: Iterator[str]) -> Carried:
        format, file, notes, bank, about_rows, files = about
        rows = [Row._make((next(records), *row)) for row in about_rows]
        return cls(format, file, notes, bank, rows, [cls._of_about(one, records) for one in files])

    def opened(self) -> Reading:
        """Every record again; what was not understood in the order of the file."""
        return Reading(
            self.format,
            [row.opened() for row in self.rows if not row.is_fragment],
            [row.fragment() for row in self.rows if row.is_fragment],
            self.notes,
            self.file,
            [one.opened() for one in self.files],
            self.bank,
        )
