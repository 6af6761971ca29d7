"""A year of study with one of everything: held, moved, merged, cancelled, planned, not entered, made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from io import BytesIO

from PIL import Image
from sqlalchemy.orm import Session

from studyhall.core.access import Actor
from studyhall.people import roster
from studyhall.people.models import Category, Unit
from studyhall.study import attachments, holding, own_study, roll, series
from studyhall.study.attendance import Mark
from tests.factories import NOON


@dataclass(frozen=True)
class StudyYear:
    """Ids."""

    nine: int
    centre: int
    weekly: int
    held: int
    planned: int
    cancelled: int
    merged: int


def a_study_year(session: Session, owner: Unit, actor: Actor) -> StudyYear:
    """Kept since April; it is 20 May."""
    first = date(2026, 4, 1)
    nine, centre, weekly, party = (
        series.keep(session, actor, owner, series.Plan(code, name, rhythm, days, first)).id
        for code, name, rhythm, days in (
            ("nine", "逢九必讲", "month_days", (9, 19, 29)),
            ("centre_group", "中心组学习", "quarter", ()),
            ("theory", "周二学习日", "weekday", (2,)),
            ("theory", "主题党日", "none", ()),
        )
    )
    rule = roster.Rule((owner.path,), tuple(c for c in Category if c is not Category.UNCOUNTED))

    def entered(day: date, which: int, due: date | None = None, **other: object) -> int:
        given: dict[str, object] = {
            "state": "held", "held_on": day, "serves": ((which, due),), "topic": "信访事项怎样受理",
            "basis": "《民法典》第一千零四十二条", "place": "乡二楼会议室", "host": "郭永强", "rule": rule,
            "begins": time(16), "ends": time(17), "guests": 3,
        }  # fmt: skip
        meeting = holding.enter(session, actor, owner, holding.Entry(**(given | other)), NOON)  # type: ignore[arg-type]
        return meeting.id

    held = entered(date(2026, 5, 9), nine)
    entered(date(2026, 4, 20), nine, date(2026, 4, 19))
    entered(date(2026, 4, 9), nine)
    into = entered(date(2026, 4, 28), party)
    cancelled = entered(date(2026, 4, 29), nine, date(2026, 4, 29), state="cancelled", reason="防汛值守")
    merged = entered(
        date(2026, 4, 28),
        weekly,
        date(2026, 4, 28),
        state="merged",
        reason="并入主题党日",
        merged_into_id=into,
    )
    planned = entered(date(2026, 5, 29), nine, state="planned")
    _call(session, actor, held)
    own_study.log(session, actor, "民法典", 1042, 0, NOON)
    return StudyYear(nine, centre, weekly, held, planned, cancelled, merged)


def _call(session: Session, actor: Actor, session_id: int) -> None:
    """One on leave who made it up, one absent, the others present; a picture of it."""
    from studyhall.study.models import StudySession

    meeting = session.get_one(StudySession, session_id)
    entries = [row.entry.id for row in roll.rows(session, meeting)]
    marks = {key: Mark("present") for key in entries}
    marks |= {entries[0]: Mark("leave", "duty"), entries[1]: Mark("absent")}
    roll.call(session, actor, meeting, {}, marks, NOON)
    roll.make_up(session, actor, meeting, entries[0], NOON.date() - timedelta(days=1), "自学材料", NOON)
    picture = BytesIO()
    Image.new("RGB", (64, 48), "#1a4b7c").save(picture, "JPEG")
    attachments.attach(session, actor, meeting, [("会议现场.jpg", picture.getvalue())], NOON)
