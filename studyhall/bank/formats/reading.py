"""What every reader gives back, and how one says no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studyhall.bank.record import Fragment, Place, Record

MANIFEST = "studyhall-bank.json"
"""By this member an archive of our own is known."""


class Refused(Exception):
    """The file is not read at all; the message is the line a clerk sees."""


@dataclass
class Reading:
    """One file read. `files` holds the readings of an archive, which then has no records itself."""

    format: str
    records: list[Record] = field(default_factory=list)
    fragments: list[Fragment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Said of the whole file: which columns were taken for what, what was left out."""
    file: str = ""
    files: list[Reading] = field(default_factory=list)
    bank: str = ""
    """Of a package from another office: the bank it holds, named with the office."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "format": self.format,
            "records": [record.to_dict() for record in self.records],
            "fragments": [[part.place.to_json(), part.reason, part.text] for part in self.fragments],
            "notes": self.notes,
            "file": self.file,
            "files": [reading.to_dict() for reading in self.files],
            "bank": self.bank,
        }

    @classmethod
    def from_dict(cls, whole: Mapping[str, Any]) -> Reading:
        return cls(
            format=whole["format"],
            records=[Record.from_dict(record) for record in whole["records"]],
            fragments=[Fragment(Place(**place), reason, text) for place, reason, text in whole["fragments"]],
            notes=list(whole["notes"]),
            file=whole["file"],
            files=[cls.from_dict(reading) for reading in whole["files"]],
            bank=whole["bank"],
        )
