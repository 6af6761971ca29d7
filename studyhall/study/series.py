"""The kinds of meeting a unit keeps: the usual ones at hand, its own beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.people.models import Unit
from studyhall.study.calendar import Rhythm, due_days
from studyhall.study.models import Series, SeriesCode, SessionSeries

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
    plan = _checked(session, owner, plan, None)
    count = session.scalar(
        sa.select(sa.func.count()).select_from(Series).where(Series.owner_unit_id == owner.id)
    )
    series = Series(owner_unit_id=owner.id, position=(count or 0) + 1, **_columns(plan))
    session.add(series)
    session.flush()
    audit.record(session, actor, "series.kept", f"series:{series.id}", series.name, unit_path=owner.path)
    return series


def change(session: Session, actor: Actor | None, series: Series, plan: Plan) -> None:
    """Another name, kind, rhythm or span. What was entered for a due day keeps that day.

    Raises Refused as `keep` does, and where a day that was entered would no longer be due.
    """
    owner = series.owner_unit
    plan = _checked(session, owner, plan, series)
    if plan.ends_on is not None and plan.ends_on <= plan.starts_on:
        raise Refused("停办的日期要在开办以后。")
    before = _words(series)
    for day in _entered_days(session, series):
        days = due_days(plan.rhythm, plan.days, day.year, plan.starts_on, plan.ends_on)
        if day not in days:
            words = f"{day.year}年{day.month}月{day.day}日"
            raise Refused(
                "%(words)s的一场已经登记了，这样改，那天就不是应办的日子了。可以停办这一种，再加一种。",
                words=words,
            )
    for name, value in _columns(plan).items():
        setattr(series, name, value)
    session.flush()
    after = _words(series)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        audit.record(
            session, actor, "series.changed", f"series:{series.id}", series.name, unit_path=owner.path,
            before={name: before[name] for name in changed}, after={name: after[name] for name in changed},
        )  # fmt: skip


def drop(session: Session, actor: Actor | None, series: Series) -> None:
    """Take a series away that was begun by mistake. Raises Refused where anything was entered for it."""
    if has_meetings(session, series):
        raise Refused("已经登记过的不能去掉，可以停办，办过的留着。")
    name, path = series.name, series.owner_unit.path
    session.delete(series)
    session.flush()
    audit.record(session, actor, "series.dropped", f"series:{series.id}", name, unit_path=path)


def has_meetings(session: Session, series: Series) -> bool:
    return bool(session.scalar(sa.select(sa.exists().where(SessionSeries.series_id == series.id))))


def _checked(session: Session, owner: Unit, plan: Plan, itself: Series | None) -> Plan:
    """The plan as it will stand. Raises Refused."""
    name = plan.name.strip()
    others = sa.select(Series.id).where(
        Series.owner_unit_id == owner.id, Series.id != (itself.id if itself else 0)
    )
    if not name:
        raise Refused("请填名称。")
    if session.scalar(sa.select(sa.exists(others.where(Series.name == name)))):
        raise Refused("已经有“%(name)s”了。", name=name)
    one_only = plan.code in (SeriesCode.NINE, SeriesCode.CENTRE_GROUP)
    if one_only and session.scalar(sa.select(sa.exists(others.where(Series.code == plan.code)))):
        raise Refused("%(series)s只能有一个。", series=CODE_LABELS[SeriesCode(plan.code)])
    limit = {Rhythm.MONTH_DAYS: 31, Rhythm.WEEKDAY: 7}.get(Rhythm(plan.rhythm))
    if limit and (not plan.days or not all(1 <= day <= limit for day in plan.days)):
        raise Refused("请写明每月几号，或者星期几。")
    return replace(plan, name=name, days=tuple(sorted(set(plan.days))) if limit else ())


def _columns(plan: Plan) -> dict[str, Any]:
    return {
        "code": SeriesCode(plan.code), "name": plan.name, "rhythm": Rhythm(plan.rhythm),
        "rhythm_days": list(plan.days), "starts_on": plan.starts_on, "ends_on": plan.ends_on,
    }  # fmt: skip


def _entered_days(session: Session, series: Series) -> list[date]:
    found = session.scalars(
        sa.select(SessionSeries.due_on)
        .where(SessionSeries.series_id == series.id, SessionSeries.due_on.is_not(None))
        .order_by(SessionSeries.due_on)
    )
    return [day for day in found if day is not None]


def _words(series: Series) -> dict[str, str]:
    return {
        "series_name": series.name,
        "series_kind": CODE_LABELS[SeriesCode(series.code)],
        "rhythm": rhythm_words(series.rhythm, series.rhythm_days),
        "starts_on": series.starts_on.isoformat(),
        "ends_on": series.ends_on.isoformat() if series.ends_on else "",
    }


def rhythm_words(rhythm: str, days: Sequence[int]) -> str:
    """每月9日、19日、29日."""
    if rhythm == Rhythm.MONTH_DAYS:
        return "每月" + "、".join(f"{day}日" for day in days)
    if rhythm == Rhythm.WEEKDAY:
        return "每星期" + "、".join("一二三四五六日"[day - 1] for day in days)
    return "每季度一次" if rhythm == Rhythm.QUARTER else "不定期"
