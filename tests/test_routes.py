"""Walks all routes: each names its permission, refuses roles without it, shows nobody another unit's rows."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule

from studyhall.admin.models import Feedback
from studyhall.core import clock
from studyhall.core.access import GRANTED, Permission, Role, declared_permission
from studyhall.core.db import Database
from studyhall.people.models import Membership, Person, RoleGrant, RosterEntry
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from studyhall.site import create_app
from tests.conftest import make_app
from tests.factories import (
    NOON,
    a_bank,
    a_law,
    a_person,
    a_question,
    a_township,
    an_actor,
    an_assessment,
)

ClientFor = Callable[..., FlaskClient]

FILES = ("static", "bootstrap.static")
OPEN = {"auth.login", "auth.enter", "auth.leave", "auth.type_size", "admin.feedback"}
"""What anybody may open before login; whoever adds to this says why."""

NOWHERE = 999_999
WORDS = {"month": "2026-05", "side": "due", "code": "none", "law": "没有的法", "number": "1", "act": "exempt",
         "what": "drop", "key": "none", "token": "none", "first": "1"}  # fmt: skip


def views() -> Iterator[tuple[str, str, Rule]]:
    """Endpoint, method, rule of every page and act of the site."""
    never_opened = Path(tempfile.gettempdir()) / "routes.sqlite3"
    app = create_app(Database(f"sqlite:///{never_opened}"), SECRET_KEY="routes")
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in FILES:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield rule.endpoint, method, rule


VIEWS = list(views())
NAMES = [f"{method} {rule.rule}" for _endpoint, method, rule in VIEWS]


def address(app: Flask, rule: Rule, ids: dict[str, int] | None = None) -> str:
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        otherwise = sorted(converter.items)[0] if isinstance(converter, AnyConverter) else NOWHERE
        values[name] = (ids or {}).get(name, 2026 if name == "year" else WORDS.get(name, otherwise))
        if isinstance(converter, AnyConverter):
            values[name] = otherwise
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)


@pytest.fixture
def people(sqlite_database: Database) -> dict[Role, Person]:
    with sqlite_database.writing() as session:
        township = a_township(session)
        found = {role: a_person(session, township, roles=[(role, township)]) for role in Role}
        session.expunge_all()
    return found


@pytest.mark.parametrize(("endpoint", "method", "rule"), VIEWS, ids=NAMES)
def test_every_view_names_its_permission(app: Flask, endpoint: str, method: str, rule: Rule) -> None:
    permission = declared_permission(app.view_functions[endpoint])
    assert (permission is None) == (endpoint in OPEN)


def test_a_view_that_names_none_is_never_served(sqlite_database: Database) -> None:
    app = make_app(sqlite_database)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_each_role_is_refused_what_it_may_not(
    app: Flask, people: dict[Role, Person], client_for: ClientFor
) -> None:
    """The whole matrix: routes by roles. The check comes before the view, so any id will do."""
    let_in, kept_out = [], []
    for role, person in people.items():
        client = client_for(person)
        for endpoint, method, rule in VIEWS:
            permission = declared_permission(app.view_functions[endpoint])
            if permission is None or permission in GRANTED[role]:
                continue
            answer = client.open(address(app, rule), method=method)
            (kept_out if answer.status_code == 403 else let_in).append(f"{role}: {method} {rule.rule}")
    assert let_in == []
    assert len(kept_out) > 100


def test_nobody_gets_in_without_logging_in(app: Flask, people: dict[Role, Person]) -> None:
    client = app.test_client()
    wrong = []
    for endpoint, method, rule in VIEWS:
        if endpoint in OPEN:
            continue
        answer = client.open(address(app, rule), method=method)
        if answer.status_code != 302 or not (answer.location or "").startswith("/login"):
            wrong.append((method, rule.rule, answer.status_code))
    assert wrong == []


@dataclass
class Elsewhere:
    """Rows of another township, by the name that a route gives to their ids."""

    ids: dict[str, int]


@pytest.fixture
def elsewhere(sqlite_database: Database, people: dict[Role, Person]) -> Elsewhere:
    with sqlite_database.writing() as session:
        ids = foreign_rows(session)
    return Elsewhere(ids)


def foreign_rows(session: Session) -> dict[str, int]:
    township = a_township(session, "T11")
    person = a_person(session, township, roles=[(Role.LEADER, township)])
    law = a_law(session, "别处的法").law_id
    question = a_question(session, a_bank(session, township), law)
    assessment = an_assessment(session, township, [Line(law, "single", 1, 400)])
    attempt = taking.begin(session, an_actor(session, person), assessment, NOON)
    feedback = Feedback(at=clock.now(), person_id=person.id, unit_path=township.path, page="/", text="别处")
    session.add(feedback)
    session.flush()

    def first(model: type, **where: object) -> int:
        return session.query(model).filter_by(**where).first().id  # type: ignore[attr-defined]

    return {
        "assessment_id": assessment.id,
        "attempt_id": attempt.id,
        "entry_id": first(RosterEntry, roster_id=assessment.roster_id),
        "feedback_id": feedback.id,
        "grant_id": first(RoleGrant, person_id=person.id),
        "membership_id": first(Membership, person_id=person.id),
        "person_id": person.id,
        "position": 1,
        "question_id": question.question_id,
        "unit_id": township.id,
        "version_id": question.id,
        "number": 1,
    }


def test_another_unit_s_rows_are_simply_not_found(
    app: Flask, people: dict[Role, Person], client_for: ClientFor, elsewhere: Elsewhere
) -> None:
    """Nothing is told of them, and nothing done to them: not to an admin, not to a leader."""
    shown = []
    for role in (Role.ADMIN, Role.LEADER, Role.CADRE):
        client = client_for(people[role])
        for endpoint, method, rule in VIEWS:
            permission = declared_permission(app.view_functions[endpoint])
            with_ids = rule.arguments & (set(elsewhere.ids) - {"number", "position"})
            if not with_ids or permission is None or not may(role, permission):
                continue
            answer = client.open(address(app, rule, elsewhere.ids), method=method)
            if answer.status_code == 404:
                continue
            # A form may be refused before its row is looked for, if a row that is nowhere is refused alike.
            nowhere = client.open(address(app, rule), method=method)
            if (answer.status_code, nowhere.status_code) != (400, 400):
                shown.append((role.value, method, rule.rule, answer.status_code))
    assert shown == []


def may(role: Role, permission: Permission) -> bool:
    return permission in GRANTED[role]


def test_no_template_lacks_a_page_and_no_page_a_template() -> None:
    """A page that renders a template which is not there is found here, not by a user."""
    root = Path(__file__).parent.parent
    there = {str(path.relative_to(root / "templates")) for path in (root / "templates").rglob("*.html")}
    wanted = set()
    for module in (root / "studyhall").rglob("*.py"):
        wanted |= set(re.findall(r'render_template\(\s*"([^"]+)"', module.read_text(encoding="utf-8")))
    assert wanted <= there
