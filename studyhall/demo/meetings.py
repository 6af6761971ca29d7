"""Study in two years: series with their calendars, rolls, what was made up, what people read alone."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.demo import names
from studyhall.demo.actors import actor
from studyhall.demo.scenes import Scene
from studyhall.people import roster, units
from studyhall.people.models import Category
from studyhall.study import holding, own_study, roll, series
from studyhall.study.attendance import Mark
from studyhall.study.calendar import Rhythm
from studyhall.study.models import Series, SeriesCode, StudySession

CENTRE, NINE, TUESDAY, PARTY, COURSE, LECTURE = (
    "中心组学习", "逢九必讲", "周二学习日", "主题党日", "专题培训", "法治讲座",
)  # fmt: skip

GROUPS = (
    ("XQ", "MC", "SZ", "BY"),
    ("AL", "DH", "HL", "BL", "XY"),
    ("SF", "CZ", "NY", "WH"),
    ("CY", "MZ", "SG", "DJ", "JJ"),
    ("DZ", "SH", "ZZ"),
)
"""逢九必讲 takes the units in turn."""

CANCELLED = {
    (1, 29): "春节放假",
    (2, 29): "下村入户，没有开讲",
    (7, 9): "防汛值守",
    (9, 9): "防汛值守",
    (12, 29): "年终考核",
}
MERGED = {(5, 29): PARTY, (10, 9): COURSE}
MOVED = {(3, 19): (3, 20)}
UNEXPLAINED = ((8, 29),)
"""Nobody has written what happened: for the list of what does not fit to find."""

TOPICS = (
    ("婚姻家庭里的权利和义务", "《民法典》第一千零四十二条"),
    ("信访事项怎样受理", "《信访工作条例》第二十一条、第二十二条"),
    ("定密和解密", "《保守国家秘密法》第十五条"),
    ("土地承包经营权", "《民法典》第三百三十条"),
    ("公民的基本权利", "《宪法》第三十三条"),
    ("涉密载体怎样管", "《保守国家秘密法》第二十八条"),
    ("村民委员会怎样议事", "《村民委员会组织法》"),
    ("行政处罚的程序", "《行政处罚法》"),
    ("信访人的权利和义务", "《信访工作条例》第十九条"),
    ("合同的订立", "《民法典》第四百六十九条"),
)

TUESDAYS = ((1, 14), (2, 11), (3, 11), (4, 15), (5, 13), (6, 17), (7, 15), (8, 12), (9, 16), (10, 14),
            (11, 11), (12, 2))  # fmt: skip
"""Near these days, on the Tuesday before or on them, everybody meets."""
PARTY_DAYS = ((2, 20), (4, 18), (5, 29), (7, 1), (11, 18))
COURSE_DAYS = ((3, 26), (6, 25), (8, 21), (10, 9), (12, 4))
LECTURE_DAYS = ((4, 24), (9, 24), (12, 4))
"""On 4 December, the day of the constitution, one meeting serves as course and as lecture."""
CENTRE_DAYS = ((3, 25), (9, 23))
CENTRE_NOT_HELD = {(6, 30): "班子成员轮训，没有另外组织", (12, 31): "年底换届，移到下一年办"}
ENTERED_LATE = {(11, 18): timedelta(days=17), (8, 21): timedelta(days=24)}

OFFICES = (Category.LEADERSHIP, Category.OFFICE)
ALL = tuple(c for c in Category if c is not Category.UNCOUNTED)


@dataclass(frozen=True)
class Meeting:
    day: date
    kinds: tuple[str, ...]
    topic: str
    basis: str
    codes: tuple[str, ...] = ()
    """The units expected; none: the whole township."""
    categories: tuple[Category, ...] = ALL
    absent: int = 0
    due_on: date | None = None
    guests: int = 0
    begins: time = time(10, 30)
    late: timedelta = timedelta()


def begin_series(session: Session, day: date) -> None:
    root, admin = units.root(session), actor(session, names.ADMIN)
    for code, name, rhythm, days in (
        (SeriesCode.CENTRE_GROUP, CENTRE, Rhythm.QUARTER, ()),
        (SeriesCode.NINE, NINE, Rhythm.MONTH_DAYS, (9, 19, 29)),
        (SeriesCode.THEORY, TUESDAY, Rhythm.NONE, ()),
        (SeriesCode.THEORY, PARTY, Rhythm.NONE, ()),
        (SeriesCode.THEORY, COURSE, Rhythm.NONE, ()),
        (SeriesCode.LECTURE, LECTURE, Rhythm.NONE, ()),
    ):
        series.keep(session, admin, root, series.Plan(code, name, rhythm, days, day))


def scenes_of_year(year: int, until: datetime) -> list[Scene]:
    """All that was held, cancelled and merged in a year, up to a moment."""
    last = clock.day_of(until)
    found: list[Scene] = []
    for meeting in [*_theory(year), *_lectures(year), *_centre(year), *_nines(year)]:
        entered = clock.at_local(meeting.day, 17) + meeting.late
        if meeting.day < last and entered <= until:
            found.append(Scene(entered, partial(_hold, meeting=meeting)))
    for (month, number), reason in CENTRE_NOT_HELD.items():
        found.append(_not_held(CENTRE, date(year, month, number), reason))
    for day in _nine_days(year):
        key = (day.month, day.day)
        if key in CANCELLED:
            found.append(_not_held(NINE, day, CANCELLED[key]))
        elif key in MERGED:
            happens = partial(_merge, day=day, into=MERGED[key])
            found.append(Scene(clock.at_local(day, 18), happens))
    return found + _reading(year)


def _nine_days(year: int) -> list[date]:
    return [
        date(year, month, day)
        for month in range(1, 13)
        for day in (9, 19, 29)
        if (month, day) != (2, 29) or date(year, 3, 1) - date(year, 2, 28) == timedelta(days=2)
    ]


def _nines(year: int) -> list[Meeting]:
    found = []
    for place, day in enumerate(_nine_days(year)):
        key = (day.month, day.day)
        if key in CANCELLED or key in MERGED or key in UNEXPLAINED:
            continue
        moved = date(year, *MOVED[key]) if key in MOVED else day
        topic, basis = TOPICS[place % len(TOPICS)]
        found.append(
            Meeting(moved, (NINE,), topic, basis, GROUPS[place % len(GROUPS)],
                    absent=(1, 0, 2, 1, 1)[place % 5], due_on=day)
        )  # fmt: skip
    return found


def _theory(year: int) -> list[Meeting]:
    found = []
    for place, (month, day) in enumerate(TUESDAYS):
        near = date(year, month, day)
        tuesday = near - timedelta(days=(near.isoweekday() - 2) % 7)
        topic, basis = TOPICS[(place + 3) % len(TOPICS)]
        found.append(Meeting(tuesday, (TUESDAY,), topic, basis, absent=2 + place % 5, begins=time(16, 0)))
    for place, (month, day) in enumerate(PARTY_DAYS):
        topic, basis = TOPICS[(place * 2 + 4) % len(TOPICS)]
        found.append(
            Meeting(date(year, month, day), (PARTY,), topic, basis, categories=OFFICES, absent=place % 3,
                    late=ENTERED_LATE.get((month, day), timedelta()))
        )  # fmt: skip
    for place, (month, day) in enumerate(COURSE_DAYS):
        both = (month, day) in LECTURE_DAYS
        topic, basis = ("宪法宣传日专题", "《宪法》") if both else TOPICS[(place * 3 + 1) % len(TOPICS)]
        kinds = (COURSE, LECTURE) if both else (COURSE,)
        found.append(
            Meeting(date(year, month, day), kinds, topic, basis, absent=1 + place % 4,
                    guests=12 if both else 0,
                    late=ENTERED_LATE.get((month, day), timedelta()), begins=time(15, 0))
        )  # fmt: skip
    return found


def _lectures(year: int) -> list[Meeting]:
    return [
        Meeting(date(year, month, day), (LECTURE,), *TOPICS[place], codes=GROUPS[place], absent=1, guests=25)
        for place, (month, day) in enumerate(LECTURE_DAYS)
        if (month, day) not in COURSE_DAYS
    ]


def _centre(year: int) -> list[Meeting]:
    return [
        Meeting(date(year, month, day), (CENTRE,), "习近平法治思想和依法行政", "《宪法》《行政处罚法》",
                codes=("BZ",), absent=place, begins=time(9, 30))
        for place, (month, day) in enumerate(CENTRE_DAYS)
    ]  # fmt: skip


def _hold(session: Session, *, meeting: Meeting) -> None:
    admin, now = actor(session, names.ADMIN), clock.now()
    held = holding.enter(session, admin, units.root(session), _entry(session, meeting, "held"), now)
    dice = random.Random(f"{meeting.day} {meeting.kinds[0]}")
    listed = roll.rows(session, held)
    due = [row.entry for row in listed if row.entry.state == "due"]
    away = dice.sample([entry.id for entry in due], min(meeting.absent, len(due)))
    marks = {entry.id: Mark("present") for entry in due}
    for place, entry_id in enumerate(away):
        marks[entry_id] = Mark("absent") if place % 3 == 2 else Mark("leave", ("private", "duty")[place % 2])
    roll.call(session, admin, held, {}, marks, now)
    if meeting.kinds[0] == TUESDAY and away:
        # One of those who were away made it up; no later than now, as everything else.
        roll.make_up(session, admin, held, away[0], clock.day_of(now), "自学材料，交了笔记", now)


def _entry(session: Session, meeting: Meeting, state: str) -> holding.Entry:
    root = units.root(session)
    ids = {one.name: one.id for one in session.scalars(sa.select(Series))}
    paths = tuple(f"{root.path}{code}/" for code in meeting.codes) or (root.path,)
    hour = meeting.begins
    return holding.Entry(
        state=state,
        held_on=meeting.day,
        serves=tuple(
            (ids[kind], meeting.due_on if place == 0 else None) for place, kind in enumerate(meeting.kinds)
        ),
        topic=meeting.topic,
        basis=meeting.basis,
        begins=hour,
        ends=hour.replace(hour=hour.hour + 1),
        place="乡二楼会议室",
        host="郭永强",
        speaker="曾兰",
        guests=meeting.guests,
        rule=roster.Rule(paths, meeting.categories),
    )


def _not_held(kind: str, day: date, reason: str) -> Scene:
    def happens(session: Session) -> None:
        found = session.execute(sa.select(Series).where(Series.name == kind)).scalar_one()
        holding.explain(
            session, actor(session, names.ADMIN), units.root(session), found, day, reason, clock.now()
        )

    return Scene(clock.at_local(day, 18), happens)


def _merge(session: Session, *, day: date, into: str) -> None:
    nine = session.execute(sa.select(Series).where(Series.name == NINE)).scalar_one()
    taken_over_by = (
        session.execute(
            sa.select(StudySession)
            .join(StudySession.serves)
            .where(StudySession.held_on == day, StudySession.serves.any(series_id=_series_id(session, into)))
        )
        .scalars()
        .first()
    )
    if taken_over_by is not None:
        holding.merge(
            session, actor(session, names.ADMIN), units.root(session), nine, day, taken_over_by, clock.now()
        )


def _series_id(session: Session, name: str) -> int:
    return session.execute(sa.select(Series.id).where(Series.name == name)).scalar_one()


def _reading(year: int) -> list[Scene]:
    """自学: a few people read now and then."""
    readers = (names.CADRE, "曾兰", "高雪", "布和", "何春花", "史春生", names.ADMIN)
    dice = random.Random(f"reading {year}")
    found = []
    for _ in range(61):
        day = date(year, 1, 1) + timedelta(days=dice.randint(4, 360))
        law, article = dice.choice(
            (("民法典", 1042), ("民法典", 330), ("信访工作条例", 21), ("保守国家秘密法", 28))
        )
        moment = clock.at_local(day, 19 + dice.randint(0, 2), dice.randint(0, 59))
        happens = partial(_read, name=dice.choice(readers), law=law, article=article)
        found.append(Scene(moment, happens))
    return found


def _read(session: Session, *, name: str, law: str, article: int) -> None:
    own_study.log(session, actor(session, name), law, article, 0, clock.now())


def plan_next(session: Session, today: date) -> None:
    """What is coming: the next 逢九 with the village the cadre is from, and a whole-township Tuesday."""
    root, admin, now = units.root(session), actor(session, names.ADMIN), clock.now()
    taken = set(session.scalars(sa.select(StudySession.held_on)))
    coming = [
        d for d in [*_nine_days(today.year), *_nine_days(today.year + 1)] if d > today and d not in taken
    ]
    nine = Meeting(coming[0], (NINE,), *TOPICS[1], codes=GROUPS[0], due_on=coming[0])
    tuesday = today + timedelta(days=(2 - today.isoweekday()) % 7 or 7)
    for meeting in (nine, Meeting(tuesday, (TUESDAY,), *TOPICS[8], begins=time(16, 0))):
        holding.enter(session, admin, root, _entry(session, meeting, "planned"), now)
