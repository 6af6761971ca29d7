"""The kinds of meeting a unit keeps: the usual ones at hand, its own beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.people.models import Unit
from studyhall.study.calendar import Rhythm
from studyhall.study.models import Series, SeriesCode

CODE_LABELS = {
    SeriesCode.CENTRE_GROUP: "中心组学习",
    SeriesCode.NINE: "逢九必讲",
    SeriesCode.THEORY: "理论学习",
    SeriesCode.LECTURE: "法治讲座",
    SeriesCode.OWN: "自定的学习",
}

USUAL: tuple[tuple[SeriesCode, str, Rhythm, tuple[int, ...]], ...] = (
    (SeriesCode.CENTRE_GROUP, "中心组学习", Rhythm.QUARTER, ()),
    (SeriesCode.NINE, "逢九必讲", Rhythm.MONTH_DAYS, (9, 19, 29)),
    (SeriesCode.THEORY, "周二学习日", Rhythm.WEEKDAY, (2,)),
    (SeriesCode.THEORY, "集中学习", Rhythm.NONE, ()),
    (SeriesCode.THEORY, "主题党日", Rhythm.NONE, ()),
    (SeriesCode.THEORY, "专题培训", Rhythm.NONE, ()),
    (SeriesCode.LECTURE, "法治讲座", Rhythm.NONE, ()),
)
"""What an office may switch on with one click."""


@dataclass(frozen=True)
class Plan:
    code: str
    name: str
    rhythm: str
    days: tuple[int, ...]
    starts_on: date
    ends_on: date | None = None


def keep(session: Session, actor: Actor | None, owner: Unit, plan: Plan) -> Series:
    """Begin a series. Raises Refused for a name taken, a second 逢九 or days that no month has."""
    name = plan.name.strip()
    if not name:
        raise Refused("请填名称。")
    if session.scalar(sa.select(sa.exists().where(Series.owner_unit_id == owner.id, Series.name == name))):
        raise Refused(f"已经有“{name}”了。")
    one_only = (SeriesCode.NINE, SeriesCode.CENTRE_GROUP)
    if plan.code in one_only and session.scalar(
        sa.select(sa.exists().where(Series.owner_unit_id == owner.id, Series.code == plan.code))
    ):
        raise Refused(f"{CODE_LABELS[SeriesCode(plan.code)]}只能有一个。")
    limit = {Rhythm.MONTH_DAYS: 31, Rhythm.WEEKDAY: 7}.get(Rhythm(plan.rhythm))
    if limit and (not plan.days or not all(1 <= day <= limit for day in plan.days)):
        raise Refused("请写明每月几号，或者星期几。")
    count = session.scalar(
        sa.select(sa.func.count()).select_from(Series).where(Series.owner_unit_id == owner.id)
    )
    series = Series(
        owner_unit_id=owner.id,
        code=SeriesCode(plan.code),
        name=name,
        rhythm=Rhythm(plan.rhythm),
        rhythm_days=sorted(set(plan.days)) if limit else [],
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        position=(count or 0) + 1,
    )
    session.add(series)
    session.flush()
    audit.record(session, actor, "series.kept", f"series:{series.id}", name, unit_path=owner.path)
    return series


def end(session: Session, actor: Actor | None, series: Series, on: date) -> None:
    """Stop keeping a series: `on` is the first day it is no longer due. What was held stays."""
    if on <= series.starts_on:
        raise Refused("停办的日期要在开办以后。")
    series.ends_on = on
    session.flush()
    audit.record(
        session, actor, "series.ended", f"series:{series.id}", series.name,
        unit_path=series.owner_unit.path, after={"ends_on": on.isoformat()},
    )  # fmt: skip
