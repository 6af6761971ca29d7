"""What every reader gives back, and how one says no."""

from __future__ import annotations

from dataclasses import dataclass, field

from studyhall.bank.record import Fragment, Record

MANIFEST = "studyhall-bank.json"
"""By this member an archive of our own is known."""


TORN = "文件打不开，可能没有传完或者已经损坏。请在电脑上打开看看，打得开就另存一份再传。"


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
