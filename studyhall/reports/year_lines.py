"""What a list behind a number of the year is made of: its rows, how many there are, which are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.people.models import RosterEntry


@dataclass(frozen=True)
class Line:
    """One row behind a number."""

    name: str
    staff_no: str
    unit_name: str
    record: str
    """What put it there, in words."""
    person_id: int | None = None
    session_id: int | None = None
    """The meeting, where the row is one; else whose record it is."""


@dataclass(frozen=True)
class Window:
    """Which rows of many, and whether scores may be told."""

    limit: int = 100
    skip: int = 0
    scores: bool = True
    month: int | None = None
    """Only what counts for this month."""
    own: bool = False
    """Only the unit's own members, without those of the units below."""


@dataclass(frozen=True)
class Behind:
    total: int
    lines: tuple[Line, ...]


def day_words(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else ""


def page_by_roster(query: Any, window: Window, *first: Any) -> Any:
    """The rows asked for: by these first, then as a roster stands."""
    by = (*first, RosterEntry.unit_path, RosterEntry.name_sort, RosterEntry.staff_no)
    return query.order_by(*by).limit(window.limit).offset(window.skip)


def count_of(session: Session, query: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
