"""From a draft to a contest that people can sit: checks, roster, results; and taking it back."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import queries as bank
from studyhall.core import audit, clock
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.core.sayings import Saying, later
from studyhall.people import exemptions, roster
from studyhall.people.models import RosterEntry, Unit
from studyhall.quizzes.answers import LABELS
from studyhall.quizzes.assembly import LEVELS, Candidate, Line, Shortfall, shortfalls, spread
from studyhall.quizzes.models import Assessment, Attempt, BlueprintLine, Result
from studyhall.quizzes.sitting_rows import Contest

_CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"


def new_code() -> str:
    """A short address nobody misreads. It opens nothing by itself: one still has to log in."""
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(6))


@dataclass(frozen=True)
class Setup:
    """What an admin fills in. Moments are aware; marks in percent; worth in hundredths."""

    kind: str
    title: str
    counts_for: tuple[int, int]
    opens_at: datetime
    closes_at: datetime
    minutes: int
    attempts_allowed: int
    counting_rule: str
    pass_percent: int
    excellent_percent: int
    partial_rule: str
    reveal: str
    lines: tuple[Line, ...]
    rule: roster.Rule
    earlier_wins: bool = False
    top_list: bool = False
    avoid_last: int = 1
    fixed_paper: bool = False


def draft(session: Session, actor: Actor | None, owner: Unit, setup: Setup, now: datetime) -> Assessment:
    """A draft with its roster as it would be on the opening day; nobody sees it yet."""
    assessment = Assessment(
        code=new_code(),
        owner_unit_id=owner.id,
        created_by=actor.person_id if actor else None,
        created_at=now,
        roster=roster.take(session, setup.rule, clock.day_of(setup.opens_at)),
        **_columns(setup),
    )
    session.add(assessment)
    session.flush()
    _set_lines(session, assessment, setup.lines)
    audit.record(
        session,
        actor,
        "assessment.drafted",
        f"assessment:{assessment.id}",
        assessment.title,
        unit_path=owner.path,
    )
    return assessment


def redraft(session: Session, actor: Actor | None, assessment: Assessment, setup: Setup) -> None:
    """Change what has not been published. Raises Refused afterwards."""
    if assessment.published_at is not None or assessment.make_up_of is not None:
        raise Refused("已经发布，不能再改。请先撤回。")
    before = {name: str(getattr(assessment, name)) for name in _columns(setup)}
    for name, value in _columns(setup).items():
        setattr(assessment, name, value)
    assessment.roster.rule = setup.rule.as_json()
    assessment.roster.as_of = clock.day_of(setup.opens_at)
    session.flush()
    roster.refresh(session, assessment.roster)
    _set_lines(session, assessment, setup.lines)
    after = {name: str(getattr(assessment, name)) for name in before}
    changed = [name for name in before if before[name] != after[name]]
    audit.record(
        session,
        actor,
        "assessment.changed",
        f"assessment:{assessment.id}",
        assessment.title,
        unit_path=assessment.owner_unit.path,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )


def publish(session: Session, actor: Actor | None, assessment: Assessment, now: datetime) -> None:
    """Let the people on the roster sit it. Publishing what is published changes nothing.

    Raises Refused, with all that is missing, when the bank cannot fill it, nobody is due or time is past.
    """
    session.flush()
    # Pressed twice at once: the second finds what the first did.
    session.refresh(assessment, with_for_update=True)
    if assessment.is_published:
        return
    if assessment.make_up_of is not None:
        raise Refused("补考撤回了就不再发布，请从正考那里重新安排。")
    problems = obstacles(session, assessment, now)
    if problems:
        raise Refused.of_all(problems, title=later("还不能发布"))
    roster.refresh(session, assessment.roster)
    session.flush()
    make_results(session, assessment)
    assessment.published_at = now
    assessment.withdrawn_at = None
    session.flush()
    due = session.scalar(
        sa.select(sa.func.count())
        .select_from(RosterEntry)
        .where(RosterEntry.roster_id == assessment.roster_id, RosterEntry.state == "due")
    )
    audit.record(
        session,
        actor,
        "assessment.published",
        f"assessment:{assessment.id}",
        assessment.title,
        unit_path=assessment.owner_unit.path,
        after={"due": due},
    )


def withdraw(session: Session, actor: Actor | None, assessment: Assessment, now: datetime) -> None:
    """Take back what has not opened yet: a draft again. Raises Refused once it has, or somebody has a paper.

    A make-up is no draft: whom it is for is told anew when another one is set.
    """
    session.refresh(assessment, with_for_update=True)
    if not assessment.is_published:
        return
    if now >= assessment.opens_at:
        raise Refused("已经开始，不能撤回。")
    # Pressed just before the window opens, it may get its turn after somebody who began just behind it.
    if session.scalar(sa.select(sa.exists().where(Attempt.assessment_id == assessment.id))):
        raise Refused("已经有人开始答，不能撤回。")
    session.execute(sa.delete(Result).where(Result.assessment_id == assessment.id))
    assessment.published_at = None
    if assessment.make_up_of is not None:
        assessment.withdrawn_at = now
    audit.record(
        session,
        actor,
        "assessment.withdrawn",
        f"assessment:{assessment.id}",
        assessment.title,
        unit_path=assessment.owner_unit.path,
    )


def due_on(session: Session, assessment: Assessment) -> int:
    """How many would be due on the opening day: whom the rule names, less the standing exemptions."""
    expected = roster.expected(session, roster.Rule.of(assessment.roster), assessment.opens_on)
    standing = exemptions.on_day(session, assessment.opens_on)
    return sum(one.person_id not in standing for one in expected)


def obstacles(session: Session, assessment: Assessment, now: datetime) -> list[Saying]:
    """Why it cannot be published, each a sentence; empty when it can."""
    found = []
    if assessment.closes_at <= now:
        found.append(Saying("截止时间已经过去，请改到以后。"))
    if not due_on(session, assessment):
        found.append(Saying("没有应参加的人，请选单位和人员类别。"))
    if not assessment.lines:
        found.append(Saying("还没有选题目。"))
    laws = {line.law_id: line.law.short_title for line in assessment.lines}
    for short in short_lines(session, assessment.owner_unit.path, lines_of(assessment)):
        what = Saying("%(law)s%(kind)s", law=laws[short.line.law_id], kind=Saying(LABELS[short.line.kind]))
        if short.line.difficulty:
            level = Saying(LEVELS[short.line.difficulty])
            what = Saying("%(what)s（%(level)s）", what=what, level=level)
        found.append(Saying("%(what)s还差%(count)s道。", what=what, count=short.missing))
    return found


def short_lines(session: Session, unit_path: str, lines: Sequence[Line]) -> list[Shortfall]:
    return shortfalls(lines, pool(session, unit_path, lines))


def spread_of(session: Session, unit_path: str, lines: Sequence[Line]) -> dict[int, int]:
    """How many questions of each difficulty every paper has; empty while there is none."""
    return spread(lines, pool(session, unit_path, lines)) if lines else {}


def lines_of(assessment: Assessment | Contest) -> list[Line]:
    return [
        Line(line.law_id, line.kind, line.how_many, line.worth, line.difficulty) for line in assessment.lines
    ]


def pool(session: Session, unit_path: str, lines: Sequence[Line]) -> list[Candidate]:
    """The questions these lines may draw from, a case with its parts."""
    rows = bank.dealable(session, unit_path, {line.law_id for line in lines}, {line.kind for line in lines})
    parts: dict[int, list[Candidate]] = defaultdict(list)
    for row in rows:
        if row.parent_id is not None:
            parts[row.parent_id].append(_candidate(row, ()))
    return [
        _candidate(row, tuple(parts.get(row.version_id, ())))
        for row in rows
        if row.parent_id is None and (row.kind != "case" or row.version_id in parts)
    ]


def _candidate(row: bank.Dealable, parts: tuple[Candidate, ...]) -> Candidate:
    return Candidate(row.version_id, row.law_id, row.kind, row.difficulty, row.letters, parts)


def make_results(session: Session, assessment: Assessment) -> None:
    """One result for each roster entry, as nothing yet; entries that have one keep it."""
    session.execute(
        sa.insert(Result).from_select(
            [
                "assessment_id", "roster_entry_id", "person_id", "unit_id", "due", "took_part", "passed",
                "excellent", "final_took_part", "final_passed", "final_excellent", "source",
            ],
            sa.select(
                sa.literal(assessment.id), RosterEntry.id, RosterEntry.person_id, RosterEntry.unit_id,
                RosterEntry.state == "due", sa.false(), sa.false(), sa.false(), sa.false(), sa.false(),
                sa.false(), sa.literal("here"),
            )
            .outerjoin(Result, Result.roster_entry_id == RosterEntry.id)
            .where(RosterEntry.roster_id == assessment.roster_id, Result.id.is_(None)),
        )
    )  # fmt: skip


_AS_SET_UP = (
    "kind", "title", "opens_at", "closes_at", "minutes", "attempts_allowed", "counting_rule",
    "pass_percent", "excellent_percent", "partial_rule", "reveal", "earlier_wins", "top_list", "avoid_last",
    "fixed_paper",
)  # fmt: skip
"""The columns of an assessment that a set-up fills in by the same name."""


def _columns(setup: Setup) -> dict[str, object]:
    year, month = setup.counts_for
    named = {name: getattr(setup, name) for name in _AS_SET_UP}
    return named | {"counts_for_year": year, "counts_for_month": month}


def _set_lines(session: Session, assessment: Assessment, lines: Iterable[Line]) -> None:
    assessment.lines.clear()
    session.flush()
    assessment.lines.extend(
        BlueprintLine(
            position=position,
            law_id=line.law_id,
            kind=line.kind,
            difficulty=line.difficulty,
            how_many=line.how_many,
            worth=line.worth,
        )
        for position, line in enumerate(lines, 1)
    )
    session.flush()
