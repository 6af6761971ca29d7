"""Small builders: a test says what matters to its sentence, they fill in the rest."""

from __future__ import annotations

import io
import itertools
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from studyhall.auth import devices
from studyhall.bank.formats.drawing_anew import drawn_anew
from studyhall.bank.models import Bank, Citation, Question, QuestionVersion
from studyhall.bank.record import Kind, Picture, Record
from studyhall.core import clock
from studyhall.core.access import Actor, Grant, Role
from studyhall.library import filing
from studyhall.library.models import Edition, Law
from studyhall.people import memberships, roster, units
from studyhall.people.models import Category, LoginSession, Person, RoleGrant, Unit, UnitKind
from studyhall.people.names import sort_key
from studyhall.quizzes import publishing
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Assessment

NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
"""20 May 2026, 12:00 in Shanghai: when every test happens unless it says otherwise."""

LONG_AGO = date(2020, 1, 1)

_serial = itertools.count(1)


def a_unit(
    session: Session,
    code: str | None = None,
    parent: Unit | None = None,
    *,
    name: str | None = None,
    kind: UnitKind = UnitKind.VILLAGE,
    opened_on: date = LONG_AGO,
) -> Unit:
    code = code or f"U{next(_serial)}"
    return units.open_unit(session, code, name or f"单位{code}", kind, parent, opened_on)


def a_township(session: Session, code: str = "T1", parent: Unit | None = None) -> Unit:
    return a_unit(session, code, parent, name=f"{code}乡", kind=UnitKind.TOWNSHIP)


def a_person(
    session: Session,
    unit: Unit | None = None,
    *,
    name: str = "巴特尔",
    staff_no: str | None = None,
    category: Category = Category.VILLAGE,
    starts_on: date = LONG_AGO,
    roles: Sequence[tuple[Role, Unit]] = (),
) -> Person:
    """Somebody who counts in `unit` from `starts_on` on; without a unit he is nowhere."""
    person = Person(
        staff_no=staff_no or f"P{next(_serial):05d}",
        name=name,
        name_sort=sort_key(name),
        must_change_password=False,
        created_at=clock.now(),
    )
    session.add(person)
    session.flush()
    if unit is not None:
        memberships.join(session, person.id, unit.id, category, starts_on)
    for role, over in roles:
        session.add(RoleGrant(person_id=person.id, unit_id=over.id, role=role, starts_on=LONG_AGO))
    session.flush()
    return person


def a_device(session: Session, person_id: int, at: datetime | None = None) -> LoginSession:
    sign_in(session, person_id, at or clock.now())
    return session.scalars(
        sa.select(LoginSession).where(LoginSession.person_id == person_id).order_by(LoginSession.id.desc())
    ).first()


def sign_in(session: Session, person_id: int, at: datetime) -> str:
    """A login session without a password; gives the cookie's token."""
    token = secrets.token_urlsafe(16)
    session.add(
        LoginSession(
            person_id=person_id,
            token_hash=devices.token_hash(token),
            device="一部手机",
            created_at=at,
            last_seen_at=at,
        )
    )
    session.flush()
    return token


def an_actor(session: Session, person: Person, *, device: LoginSession | None = None) -> Actor:
    """The person as a request would know him, at a device of his own."""
    device = device or a_device(session, person.id)
    membership = memberships.counting_on(session, person.id, clock.today())
    unit = membership.unit if membership else units.root(session)
    grants = session.scalars(sa.select(RoleGrant).where(RoleGrant.person_id == person.id)).all()
    return Actor(
        person_id=person.id,
        staff_no=person.staff_no,
        name=person.name,
        unit_name=unit.name,
        unit_path=unit.path,
        login_session_id=device.id,
        must_change_password=False,
        type_size="normal",
        grants=tuple(Grant(grant.as_role, grant.unit_id, grant.unit.path) for grant in grants),
    )


def a_law(session: Session, short_title: str = "测试法", articles: int = 20) -> Edition:
    return filing.file_edition(session, short_title, date(2020, 1, 1), articles)


def a_bank(session: Session, owner: Unit | None = None) -> Bank:
    bank = Bank(name=f"题库{next(_serial)}", owner_unit_id=owner.id if owner else None)
    session.add(bank)
    session.flush()
    return bank


def a_question(
    session: Session,
    bank: Bank,
    law_id: int,
    kind: str = "single",
    *,
    answer: object = None,
    difficulty: int = 1,
    state: str = "in_use",
    article: int = 1,
    parent: QuestionVersion | None = None,
    position: int = 0,
    stem: str = "",
) -> QuestionVersion:
    """A question of four options whose right one is A (multiple: AB, judge: true, fill: 六十)."""
    keys = {"single": "A", "multiple": "AB", "judge": True, "fill": [["六十", "60"]], "short": "要点"}
    serial = next(_serial)
    question = Question(
        bank_id=bank.id,
        key=f"q-{serial}",
        law_id=law_id,
        state=state,
        parent_id=parent.question_id if parent else None,
    )
    session.add(question)
    session.flush()
    options = (
        [[letter, f"选项{letter}{serial}"] for letter in "ABCD"] if kind in ("single", "multiple") else []
    )
    law = session.get_one(Law, law_id)
    version = QuestionVersion(
        question_id=question.id,
        number=1,
        kind=kind,
        stem=stem or f"第{serial}道题的题干",
        options=options,
        answer=keys.get(kind) if answer is None else answer,
        points=[],
        explanation=f"第{serial}道题的讲解",
        difficulty=difficulty,
        content_hash=f"{serial:064d}",
        created_at=clock.now(),
        parent_version_id=parent.id if parent else None,
        position=position,
        citations=[Citation(position=1, law_id=law_id, law_title=law.short_title, article=article)],
    )
    session.add(version)
    session.flush()
    question.current_version_id = version.id
    session.flush()
    return version


def a_bank_of(session: Session, law_id: int, owner: Unit | None = None, **counts: int) -> Bank:
    """A bank with so many questions of each kind: `a_bank_of(session, law, single=10, judge=5)`."""
    bank = a_bank(session, owner)
    for kind, count in counts.items():
        for _ in range(count):
            a_question(session, bank, law_id, kind)
    return bank


def an_assessment(
    session: Session,
    owner: Unit,
    lines: Sequence[Line],
    *,
    kind: str = "contest",
    opens_at: datetime = NOON - timedelta(days=1),
    closes_at: datetime = NOON + timedelta(days=3),
    counts_for: tuple[int, int] = (2026, 5),
    minutes: int = 30,
    attempts_allowed: int = 1,
    published: bool = True,
    actor: Actor | None = None,
    **setup: object,
) -> Assessment:
    """A contest for everybody in `owner` and below, published unless said otherwise."""
    given: dict[str, object] = {
        "counting_rule": "best",
        "pass_percent": 60,
        "excellent_percent": 90,
        "partial_rule": "half",
        "reveal": "after_hand_in",
        "title": "五月月月赛",
    } | setup
    with clock.standing_at(opens_at - timedelta(hours=1)):
        assessment = publishing.draft(
            session,
            actor,
            owner,
            publishing.Setup(
                kind=kind,
                counts_for=counts_for,
                opens_at=opens_at,
                closes_at=closes_at,
                minutes=minutes,
                attempts_allowed=attempts_allowed,
                lines=tuple(lines),
                rule=roster.Rule((owner.path,), tuple(c for c in Category if c is not Category.UNCOUNTED)),
                **given,
            ),
            clock.now(),
        )
        if published:
            publishing.publish(session, actor, assessment, clock.now())
    session.flush()
    return assessment


def a_picture(name: str = "图1", colour: str = "red") -> Picture:
    """A drawing as our own encoder writes it: drawn anew it stays the same."""
    image = Image.new("RGB", (60, 40), "white")
    image.paste(colour, (10, 10, 50, 30))
    target = io.BytesIO()
    image.save(target, "PNG")
    raw = Record(Kind.JUDGE, f"〔{name}〕", pictures=(Picture(name, "image/png", target.getvalue()),))
    return drawn_anew([raw])[0].pictures[0]
