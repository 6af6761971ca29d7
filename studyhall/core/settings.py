"""What an office has set for itself. A unit's own word wins over that of the units above it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from studyhall.core.access import paths_above
from studyhall.core.db import Base, intpk


class Setting(Base):
    """One thing that one unit has set, for itself and all below that have not set it otherwise."""

    __tablename__ = "setting"
    __table_args__ = (sa.UniqueConstraint("owner_unit_id", "name"),)

    id: Mapped[intpk]
    owner_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    unit_path: Mapped[str] = mapped_column(sa.String(250), index=True)
    name: Mapped[str] = mapped_column(sa.String(40))
    value: Mapped[Any] = mapped_column(sa.JSON())


@dataclass(frozen=True)
class Settings:
    """Every setting with what holds where nobody has said anything."""

    address: str = ""
    """Where the site is reached, `https://xuefa.example.cn`: printed on slips, never taken from a request."""
    phone_login: bool = False
    """The telephone number is a second login name."""
    remember_days: int = 0
    """How long a cadre's own phone is remembered; 0: not at all. Never for anybody with another role."""
    idle_minutes: int = 0
    """Signed out after so long without a request; 0: never. A paper being taken is left in peace."""
    report_by: str = "03-01"
    """The reporting day, month and day of the following year: what is entered from then on is late."""
    responsible: str = ""
    """Who answers for personal data, as the notice says it: 雁落滩乡人民政府."""


LONGEST_REMEMBERED = 30
"""Days."""

NAMES = tuple(field.name for field in fields(Settings))


def settings_for(session: Session, unit_path: str) -> Settings:
    """What holds in a unit: the nearest word on the way up to the root."""
    return settings_of(session, [unit_path])[unit_path]


def settings_of(session: Session, unit_paths: Collection[str]) -> dict[str, Settings]:
    """`settings_for` of several units, by path, in one statement."""
    if not unit_paths:
        return {}
    above = {path: paths_above(path) for path in unit_paths}
    rows = session.execute(
        sa.select(Setting.unit_path, Setting.name, Setting.value).where(
            Setting.unit_path.in_({one for paths in above.values() for one in paths}),
            Setting.name.in_(NAMES),
        )
    ).all()
    said: dict[str, dict[str, Any]] = {}
    for path, name, value in rows:
        said.setdefault(path, {})[name] = value
    found = {}
    for path, paths in above.items():
        found[path] = Settings()
        for one in sorted(paths, key=len):
            found[path] = replace(found[path], **said.get(one, {}))
    return found


def said_by(session: Session, owner_unit_id: int) -> dict[str, Any]:
    """What one unit has set itself."""
    rows = session.execute(
        sa.select(Setting.name, Setting.value).where(Setting.owner_unit_id == owner_unit_id)
    )
    return {name: value for name, value in rows}


def set_value(session: Session, owner_unit_id: int, unit_path: str, name: str, value: Any) -> None:
    """Raises KeyError for a name that is no setting."""
    if name not in NAMES:
        raise KeyError(name)
    row = session.scalar(
        sa.select(Setting).where(Setting.owner_unit_id == owner_unit_id, Setting.name == name)
    )
    if row is None:
        session.add(Setting(owner_unit_id=owner_unit_id, unit_path=unit_path, name=name, value=value))
    else:
        row.value = value
    session.flush()


def anywhere(session: Session, name: str) -> bool:
    """Whether any unit has switched this on: all that can be known before somebody has logged in."""
    values = session.scalars(sa.select(Setting.value).where(Setting.name == name))
    return any(bool(value) for value in values)
