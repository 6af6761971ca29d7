"""Every page of every role, on a phone and on a desk: it opens, axe finds nothing, nothing is too wide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page

from studyhall.admin.models import Feedback
from studyhall.bank.models import Bank
from studyhall.core import audit
from studyhall.core.access import GRANTED, Role, declared_permission
from studyhall.core.clock import standing_at
from studyhall.library.models import Law
from studyhall.people.models import Person, RosterEntry, Unit
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Attempt, AttemptItem
from tests.browser.conftest import DESK, PHONE, NewPage, Site
from tests.browser.soundness import faults, sound, too_wide
from tests.factories import NOON, a_person, a_question, an_actor, an_assessment
from tests.study.building import a_study_year
from tests.test_routes import FILES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NEEDS_A_ROW = {
    "batch_id", "correction_id", "exemption_id", "file_id", "job_id", "key", "login_session_id", "meeting_id",
    "membership_id",
    "name",
    "proposal_id", "run_id", "token",
}  # fmt: skip
"""Pages of a row that this town has not: their own tests open them."""

NOT_HERE = {
    "library.changes",  # refused in words while a law has a single edition
    "practice.wrong_one",  # nobody has a wrong question yet
    "quizzes.edit",  # refused once published; the draft's is opened below
    "quizzes.whole",  # pieces of a page, fetched by the script
}
BRINGS_A_FILE = (".xlsx", ".docx")
AFTER_HAND_IN = {"quizzes.result", "quizzes.review"}


class Town:
    """The site with something on each page: papers handed in and open, a draft, feedback, an auditor."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with standing_at(NOON), site.database.writing() as session:
            township = session.scalars(sa.select(Unit).where(Unit.code == "YLT")).one()
            village = session.scalars(sa.select(Unit).where(Unit.code == "SZ")).one()
            self.auditor = a_person(session, township, name="段成林", roles=[(Role.AUDITOR, township)])
            actor = an_actor(session, session.get_one(Person, site.cadre.id))
            contest = site.contest
            self.done = self._paper(session, actor, hand_in=True).id
            self.open = self._paper(session, actor, hand_in=False).id
            law = session.scalars(sa.select(Law)).one()
            bank = session.scalars(sa.select(Bank)).one()
            self.never_dealt = a_question(session, bank, law.id, "short").question_id
            draft = an_assessment(
                session, township, [Line(law.id, "single", 1, 400)], published=False, title="六月月月赛",
                counts_for=(2026, 6), opens_at=NOON + timedelta(days=20), closes_at=NOON + timedelta(days=25),
            )  # fmt: skip
            study = a_study_year(session, township, an_actor(session, session.get_one(Person, site.admin.id)))
            version = session.scalars(sa.select(AttemptItem.version_id)).first()
            session.add(Feedback(at=NOON, person_id=None, unit_path=township.path, page="/", text="字太小"))
            audit.record(
                session, actor, "assessment.changed", "x:1", "六月月月赛", unit_path=township.path,
                before={"minutes": "30"}, after={"minutes": "45"},
            )  # fmt: skip
            session.flush()
            entry = session.scalars(
                sa.select(RosterEntry).where(RosterEntry.roster_id == contest.roster_id)
            ).first()
            self.ids: dict[str, object] = {
                "assessment_id": contest.id, "person_id": site.cadre.id, "unit_id": village.id,
                "entry_id": entry.id if entry else 0, "version_id": version, "question_id": 1,
                "grant_id": 1, "month": "2026-05", "year": 2026, "side": "due", "code": contest.code,
                "law": law.short_title, "position": 1, "number": 1, "first": 1, "act": "exempt",
                "what": "drop", "session_id": study.held, "series_id": study.nine,
            }  # fmt: skip
            self.draft = draft.id

    def _paper(self, session, actor, *, hand_in: bool) -> Attempt:
        attempt = taking.begin(session, actor, session.merge(self.site.contest), NOON)
        attempt.device_session_id = None if hand_in else attempt.device_session_id
        if hand_in:
            sheet = taking.own_sheet(session, attempt.id, actor)
            for position in (1, 2):
                taking.save(session, sheet, actor, position, ["A"], NOON)
            taking.hand_in(session, attempt.id, actor, NOON + timedelta(minutes=9))
        return attempt

    def paths(self, app: Flask, role: Role) -> Iterator[str]:
        """Every page that this role may open, with the rows of this town in its address."""
        for rule in app.url_map.iter_rules():
            if rule.endpoint in FILES or "GET" not in (rule.methods or set()):
                continue
            permission = declared_permission(app.view_functions[rule.endpoint])
            if permission is not None and permission not in GRANTED[role]:
                continue
            if rule.endpoint in NOT_HERE or rule.rule.endswith(BRINGS_A_FILE):
                continue
            if rule.arguments & NEEDS_A_ROW:
                continue
            if "attempt_id" in rule.arguments and role is not Role.CADRE:
                continue
            if rule.endpoint == "quizzes.intro" and role is Role.AUDITOR:
                continue  # came after the list was frozen: not found, in words
            ids = self.ids | {"attempt_id": self.done if rule.endpoint in AFTER_HAND_IN else self.open}
            if role is Role.CADRE:
                ids["question_id"] = self.never_dealt  # what his open paper asks is withheld from him
            unknown = rule.arguments - set(ids)
            assert not unknown, f"{rule.rule}: say in this test which row to open, {unknown}"
            with app.test_request_context():
                yield app.url_for(rule.endpoint, **{name: ids[name] for name in rule.arguments})
        if role is Role.ADMIN:
            yield from (f"/assessments/{self.draft}{end}" for end in ("", "/edit", "/publish", "/withdraw"))
            yield "/assessments/new?month=2026-08"
            yield f"/meetings/2026?series={self.ids['series_id']}&day=2026-05-19"
        if role is Role.LEADER:
            yield from ("/reports/month/2026-05?order=tree&names=1", "/reports/month/2026-04", "/nowhere")

    def person(self, role: Role) -> Person:
        site = self.site
        return {
            Role.CADRE: site.cadre, Role.LEADER: site.leader, Role.ADMIN: site.admin,
            Role.AUDITOR: self.auditor,
        }[role]  # fmt: skip


@pytest.fixture
def town(site: Site) -> Town:
    return Town(site)


ROLES = (Role.CADRE, Role.LEADER, Role.ADMIN, Role.AUDITOR)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390x844", "1280x800"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_opens_and_axe_finds_nothing(
    town: Town, new_page: NewPage, role: Role, size: dict[str, int]
) -> None:
    page = new_page(town.person(role), size=size)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if _is_policy(message.text) else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    if role is Role.CADRE:
        go_on_here(page, town)
    wrong, opened = [], 0
    for path in town.paths(town.site.app, role):
        answer = page.goto(path)
        if answer is None or answer.status != 200:
            if path != "/nowhere":
                wrong.append((path, answer.status if answer else None))
            continue
        opened += 1
        wrong += [(path, fault) for fault in faults(page)]
    assert not wrong, "\n".join(f"{path}: {fault}" for path, fault in wrong)
    assert refused == []
    assert opened > 5


def go_on_here(page: Page, town: Town) -> None:
    """The open paper, taken over by this device: its questions and its sheet can then be opened."""
    page.goto(f"/papers/{town.open}/elsewhere")
    page.locator("form[action$='take-over'] button").click()


def _is_policy(words: str) -> bool:
    return "Content Security Policy" in words or "Refused to" in words


@pytest.mark.parametrize("role", ROLES)
def test_nothing_scrolls_sideways_at_320_px_nor_in_large_type(
    town: Town, new_page: NewPage, role: Role
) -> None:
    page = new_page(town.person(role), size={"width": 320, "height": 700})
    wide = []
    for path in town.paths(town.site.app, role):
        page.goto(path)
        if page.locator("body.print").count():
            continue  # paper is as wide as paper
        if too_wide(page):
            wide.append(path)
        page.evaluate("document.documentElement.dataset.type = 'large'")
        if too_wide(page):
            wide.append(f"{path}, large type")
    assert wide == []


@pytest.mark.parametrize("path", ["/login", "/feedback"])
def test_the_door_is_as_open_as_the_house(site: Site, new_page: NewPage, path: str) -> None:
    page = new_page()
    page.goto(path)
    sound(page)
