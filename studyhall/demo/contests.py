"""The monthly contests of two years, the yearly exam with its make-up, and one question that was voided."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.periods import Month
from studyhall.demo import names, papers
from studyhall.demo.actors import actor
from studyhall.demo.scenes import Scene
from studyhall.library.models import Law
from studyhall.people import roster, units
from studyhall.people.models import Category, RosterEntry
from studyhall.quizzes import elsewhere, fairness, make_up, publishing, voiding
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment, Attempt, AttemptItem
from studyhall.quizzes.upkeep import freeze_roster, to_freeze

MISSING = (3, 2, 3, 2, 1, 1, 0, 0, 0, 4, 5, 0)
"""Who stayed away in each month of the past year: 21 of 1039, and no two months of the same n / d."""

EXAM_ELSEWHERE = ("DZ", "DJ", "JJ", "SH", "ZZ", "CZ", "SF")
"""The offices sat the yearly exam on another site; their results were brought in."""
EXAM_FAILED = ("吾尔开希·沙地克", "丁大勇", "白音", "蒋红")
"""Failed at first and passed by make-up; the last of them on the other site."""
EXAM_WRONG = 12

VOIDED_MONTH = 6
_LAWS = ("民法典", "信访工作条例", "保守国家秘密法")
_COUNTS = (("single", 400, (4, 3, 3)), ("multiple", 600, (2, 2, 1)), ("judge", 600, (2, 1, 2)))


@dataclass(frozen=True)
class Window:
    month: Month
    opens_at: datetime
    closes_at: datetime


def past_window(month: Month) -> Window:
    """The 14th to the 23rd; June ran the whole month."""
    first, last = (1, 30) if month.number == VOIDED_MONTH else (14, 23)
    return Window(
        month,
        clock.at_local(month.first.replace(day=first), 9),
        clock.at_local(month.first.replace(day=last), 18),
    )


def scenes_of_past_year(year: int) -> list[Scene]:
    found: list[Scene] = []
    for number, missing in enumerate(MISSING, 1):
        window = past_window(Month(year, number))
        found += contest(window, partial(_sit_all_but, missing=missing), window.closes_at)
    november = past_window(Month(year, 11)).closes_at
    found.append(Scene(november + timedelta(days=2), partial(_exempt_late, year=year)))
    june = past_window(Month(year, VOIDED_MONTH)).closes_at
    found.append(Scene(june + timedelta(days=1, hours=16), partial(_void_one, year=year)))
    return found + _exam(year)


def contest(window: Window, sit: Callable[..., None], until: datetime) -> list[Scene]:
    """Published two days before, opened, sat by `until` at the latest."""
    return [
        Scene(window.opens_at - timedelta(days=2), partial(_publish, window=window)),
        Scene(window.opens_at, _open),
        Scene(min(window.closes_at, until), partial(sit, window=window, until=until)),
    ]


def _publish(session: Session, *, window: Window) -> None:
    admin = actor(session, names.ADMIN)
    drafted = publishing.draft(session, admin, units.root(session), _setup(session, window), clock.now())
    publishing.publish(session, admin, drafted, clock.now())


def _open(session: Session) -> None:
    for assessment_id in to_freeze(session, clock.now()):
        freeze_roster(session, assessment_id, clock.now())


def _setup(session: Session, window: Window, **other: object) -> publishing.Setup:
    root = units.root(session)
    given: dict[str, object] = {
        "kind": "contest",
        "title": f"{window.month.year}年{window.month.number}月月月赛",
        "minutes": 30,
        "attempts_allowed": 2,
        "reveal": "after_hand_in",
    }
    return publishing.Setup(
        counts_for=(window.month.year, window.month.number),
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        counting_rule="best",
        pass_percent=60,
        excellent_percent=90,
        partial_rule="half",
        lines=_lines(session),
        rule=roster.Rule((root.path,), tuple(c for c in Category if c is not Category.UNCOUNTED)),
        **(given | other),  # type: ignore[arg-type]
    )


def _lines(session: Session) -> tuple[Line, ...]:
    laws = {law.short_title: law.id for law in session.scalars(sa.select(Law))}
    return tuple(
        Line(laws[law], kind, count, worth)
        for kind, worth, counts in _COUNTS
        for law, count in zip(_LAWS, counts, strict=True)
    )


def assessment_of(session: Session, month: Month, kind: str = "contest") -> Assessment:
    return session.execute(
        sa.select(Assessment).where(
            Assessment.kind == kind,
            Assessment.counts_for_year == month.year,
            Assessment.counts_for_month == month.number,
            Assessment.make_up_of.is_(None),
        )
    ).scalar_one()


def _sit_all_but(session: Session, *, missing: int, window: Window, until: datetime) -> None:
    found = assessment_of(session, window.month)
    everybody = papers.expected(session, found.id)
    dice = random.Random(str(window.month))
    late = [one.person_id for one in everybody if one.name == names.EXEMPT_LATE and window.month.number == 11]
    # November's late exemption takes one of the missing out of the due again.
    absent = papers.absentees([one for one in everybody if one.person_id not in late], missing, dice)
    who = [one for one in everybody if one.person_id not in absent and one.person_id not in late]
    again = {one.person_id for one in dice.sample(who, 6)}
    papers.write_attempts(session, found.id, who, until, key=str(window.month), again=again)


def sit_mostly(session: Session, *, share: float, window: Window, until: datetime) -> None:
    """This year: `share` of those due have come, the cadre one logs in as only when it is over."""
    found = assessment_of(session, window.month)
    dice = random.Random(str(window.month))
    still_open = until < found.closes_at
    who = []
    for one in papers.expected(session, found.id):
        chance = share / 3 if still_open and one.unit_name in ("牧场村", "沙枣村") else share
        roll = dice.random()
        if one.name == names.CADRE:
            roll = 1.0 if still_open else 0.0
        if roll < chance:
            who.append(one)
    papers.write_attempts(session, found.id, who, until, key=str(window.month))


def exempt_on_leave(session: Session, *, window: Window) -> None:
    """Those on leave this year, if no standing exemption has done it yet."""
    admin = actor(session, names.ADMIN)
    found = assessment_of(session, window.month)
    for entry in roster.entries_of(session, found.roster_id):
        if entry.name in names.ON_LEAVE and entry.state == "due":
            fairness.exempt(session, admin, found, entry.id, names.ON_LEAVE[entry.name], names.LEADER)


def _exempt_late(session: Session, *, year: int) -> None:
    found = assessment_of(session, Month(year, 11))
    entry = session.execute(
        sa.select(RosterEntry).where(
            RosterEntry.roster_id == found.roster_id, RosterEntry.name == names.EXEMPT_LATE
        )
    ).scalar_one()
    fairness.exempt(session, actor(session, names.ADMIN), found, entry.id, "sick", names.LEADER)


def _void_one(session: Session, *, year: int) -> None:
    """The question of June that most people missed turned out to have two right answers."""
    found = assessment_of(session, Month(year, VOIDED_MONTH))
    missed = sa.func.count().filter(AttemptItem.points < AttemptItem.worth)
    version_id = session.execute(
        sa.select(AttemptItem.version_id)
        .join(Attempt, Attempt.id == AttemptItem.attempt_id)
        .where(Attempt.assessment_id == found.id)
        .group_by(AttemptItem.version_id)
        .order_by(missed.desc(), AttemptItem.version_id)
        .limit(1)
    ).scalar_one()
    voiding.rule(
        session, actor(session, names.ADMIN), found, version_id, voiding.FULL,
        "题干说得不清楚，两个选项都说得通", clock.now(),
    )  # fmt: skip


def _exam(year: int) -> list[Scene]:
    month = Month(year, 12)
    window = Window(
        month, clock.at_local(month.first.replace(day=8), 9), clock.at_local(month.first.replace(day=18), 18)
    )
    closes = window.closes_at
    return [
        Scene(window.opens_at - timedelta(days=3), partial(_publish_exam, window=window)),
        Scene(window.opens_at, _open),
        Scene(closes - timedelta(hours=1), partial(_sit_exam, window=window)),
        Scene(closes - timedelta(minutes=30), partial(_bring_in, window=window)),
        Scene(closes + timedelta(hours=16), partial(_set_up_make_up, window=window)),
        Scene(closes + timedelta(days=7), partial(_sit_make_up, window=window)),
    ]


def _publish_exam(session: Session, *, window: Window) -> None:
    admin = actor(session, names.ADMIN)
    setup = _setup(
        session, window, kind="exam", title=f"{window.month.year}年度学法考试", minutes=60,
        attempts_allowed=1, reveal="after_close",
    )  # fmt: skip
    drafted = publishing.draft(session, admin, units.root(session), setup, clock.now())
    publishing.publish(session, admin, drafted, clock.now())


def _elsewhere(one: papers.Expected) -> bool:
    return one.staff_no.startswith(EXAM_ELSEWHERE)


def _sit_exam(session: Session, *, window: Window) -> None:
    found = assessment_of(session, window.month, "exam")
    here = [one for one in papers.expected(session, found.id) if not _elsewhere(one)]
    wrong = {}
    for one in here:
        usual = random.Random(f"exam {window.month.year} {one.staff_no}").randint(0, 4)
        wrong[one.person_id] = EXAM_WRONG if one.name in EXAM_FAILED else usual
    papers.write_attempts(session, found.id, here, clock.now(), key=f"exam {window.month.year}", wrong=wrong)


def _bring_in(session: Session, *, window: Window) -> None:
    found = assessment_of(session, window.month, "exam")
    rows = []
    for one in papers.expected(session, found.id):
        if _elsewhere(one):
            points = random.Random(f"elsewhere {window.month.year} {one.staff_no}").randint(35, 50) * 200
            rows.append(elsewhere.Given(one.staff_no, 5400 if one.name in EXAM_FAILED else points, 10000))
    elsewhere.bring_in(session, actor(session, names.ADMIN), found, rows, clock.now())


def _set_up_make_up(session: Session, *, window: Window) -> None:
    found = assessment_of(session, window.month, "exam")
    opens = clock.at_local(window.month.first.replace(day=21), 9)
    plan = make_up.Plan(
        f"{window.month.year}年度学法考试补考",
        opens,
        clock.at_local(window.month.first.replace(day=25), 18),
        frozenset({"failed"}),
    )
    make_up.set_up(session, actor(session, names.ADMIN), found, plan, clock.now())


def _sit_make_up(session: Session, *, window: Window) -> None:
    parent = assessment_of(session, window.month, "exam")
    found = session.execute(sa.select(Assessment).where(Assessment.make_up_of == parent.id)).scalar_one()
    who = papers.expected(session, found.id)
    wrong = {one.person_id: 2 + place % 3 for place, one in enumerate(who)}
    papers.write_attempts(session, found.id, who, found.closes_at, key=f"make-up {parent.id}", wrong=wrong)


def open_contest(session: Session, now: datetime) -> int:
    """The contest that is open, the one that ends first; none open: the newest there is."""
    visible = sa.select(Assessment.id).where(
        Assessment.kind == "contest",
        Assessment.is_published,
        Assessment.make_up_of.is_(None),
    )
    running = visible.where(Assessment.opens_at <= now, Assessment.closes_at > now)
    found: Sequence[int] = session.scalars(running.order_by(Assessment.closes_at).limit(1)).all()
    return (found or session.scalars(visible.order_by(Assessment.id.desc()).limit(1)).all() or [0])[0]
