"""A law gets a new text: what stands unchanged moves along, the rest waits until somebody has looked."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studyhall.bank import amended, amendments, editing, queries, renumbering
from studyhall.bank.models import Bank, Question, QuestionVersion
from studyhall.bank.record import Kind, Record
from studyhall.core import clock
from studyhall.core.access import Actor, Permission, Role
from studyhall.core.audit import AuditEvent
from studyhall.core.citations import parse_citation
from studyhall.core.db import Database
from studyhall.core.errors import Missing, Refused
from studyhall.library import comparing, importing
from studyhall.library.law_files import read_file
from studyhall.library.models import Edition, Law
from studyhall.people.models import Unit
from tests.factories import a_bank, a_person, a_question, a_township, an_actor
from tests.library.texts import NEW, OLD

BEFORE = datetime(2024, 4, 30, 4, 0, tzinfo=UTC)
AFTER = datetime(2024, 5, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _told() -> None:
    """As on a site: the bank hears when texts come in."""
    importing.when_filed(amendments.law_filed)


def file(session: Session, *texts: str) -> None:
    importing.file_laws(session, None, [read_file("水渠法.txt", text.encode()) for text in texts])


def about(
    session: Session, bank: Bank, article: int, *, explanation: str | None = None, kind: str = "single"
) -> int:
    """A question on an article of the old text, in use; its id."""
    edition = session.scalars(sa.select(Edition).order_by(Edition.effective)).first()
    assert edition is not None
    version = a_question(session, bank, edition.law_id, kind, article=article)
    version.citations[0].edition_id = edition.id
    if explanation:
        version.explanation = explanation
    session.flush()
    return version.question_id


def now(session: Session, question_id: int) -> tuple[str, list[int], int]:
    """Its state, the articles it rests on, and the number of its version."""
    session.expire_all()
    question = session.get_one(Question, question_id)
    version = question.current_version
    assert version is not None
    return question.state, [one.article for one in version.citations], version.number


@pytest.fixture
def bank(session: Session) -> Bank:
    file(session, OLD)
    return a_bank(session, a_township(session))


@pytest.fixture
def admin(session: Session, bank: Bank) -> Actor:
    town = session.get_one(Unit, bank.owner_unit_id)
    return an_actor(session, a_person(session, town, roles=[(Role.ADMIN, town)]))


@pytest.mark.parametrize(
    ("what", "article", "explanation", "becomes"),
    [
        ("unchanged under its old number", 1, None, ("in_use", [1], 2)),
        ("unchanged under another number", 4, None, ("in_use", [5], 2)),
        ("unchanged, but the question says its number aloud", 4, "第四条是这样写的。", ("held", [4], 1)),
        ("edited", 2, None, ("held", [2], 1)),
        ("cut in two", 5, None, ("held", [5], 1)),
    ],
)
def test_what_a_new_text_does_to_a_question(
    session: Session,
    bank: Bank,
    what: str,
    article: int,
    explanation: str | None,
    becomes: tuple[object, ...],
) -> None:
    question = about(session, bank, article, explanation=explanation)
    file(session, NEW)
    assert now(session, question) == becomes
    event = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "bank.law_amended")).one()
    assert event.after["held"] + event.after["carried"] == 1


def test_following_twice_changes_nothing(session: Session, bank: Bank) -> None:
    questions = [about(session, bank, article) for article in (1, 2, 4)]
    file(session, NEW)
    before = [now(session, one) for one in questions]
    assert amendments.follow(session, None, clock.now(), again=True) == []
    assert [now(session, one) for one in questions] == before


def test_what_is_held_goes_into_no_new_paper(session: Session, bank: Bank) -> None:
    held, carried = about(session, bank, 2), about(session, bank, 4)
    file(session, NEW)
    law_id = session.get_one(Question, held).law_id
    town = session.get_one(Unit, bank.owner_unit_id)
    found = queries.dealable(session, town.path, [law_id], ["single"])
    assert [one.version_id for one in found] == [session.get_one(Question, carried).current_version_id]


def test_a_text_that_comes_into_force_later_changes_nothing_before_its_day(database: Database) -> None:
    with database.writing() as session, clock.standing_at(BEFORE):
        file(session, OLD)
        question = about(session, a_bank(session, a_township(session)), 2)
        file(session, NEW)
    for moment, state in ((BEFORE, "in_use"), (AFTER, "held")):
        amendments.keep_up(database, moment)
        with database.reading() as session:
            assert now(session, question)[0] == state


def test_a_citation_without_an_edition_means_the_text_of_its_day(session: Session, bank: Bank) -> None:
    law = session.scalars(sa.select(Law)).one()
    with clock.standing_at(BEFORE):
        older = a_question(session, bank, law.id, article=2).question_id
    with clock.standing_at(AFTER):
        newer = a_question(session, bank, law.id, article=2).question_id
        file(session, NEW)
    assert (now(session, older)[0], now(session, newer)[0]) == ("held", "in_use")


def test_without_the_old_text_everything_waits_and_with_it_the_unchanged_come_back(session: Session) -> None:
    bank = a_bank(session, a_township(session))
    file(session, OLD)
    unchanged, edited = about(session, bank, 4), about(session, bank, 2)
    texts = {one.id: one.text for one in session.scalars(sa.select(importing.Article))}
    session.execute(sa.update(importing.Article).values(text=None))
    file(session, NEW)
    assert [now(session, one)[0] for one in (unchanged, edited)] == ["held", "held"]
    session.execute(sa.update(importing.Article), [{"id": key, "text": text} for key, text in texts.items()])
    amendments.law_filed(session, None)
    assert [now(session, one) for one in (unchanged, edited)] == [("in_use", [5], 2), ("held", [2], 1)]


def test_a_case_waits_or_moves_as_a_whole(session: Session, bank: Bank) -> None:
    edition = session.scalars(sa.select(Edition)).one()
    case = a_question(session, bank, edition.law_id, "case", answer=None, article=1)
    parts = [
        a_question(session, bank, edition.law_id, article=article, parent=case, position=place)
        for place, article in enumerate((4, 2), 1)
    ]
    for version in (case, *parts):
        version.citations[0].edition_id = edition.id
    session.flush()
    file(session, NEW)
    assert {now(session, one.question_id)[0] for one in (case, *parts)} == {"held"}


def test_somebody_looks_and_it_is_used_again_on_its_new_article(
    session: Session, bank: Bank, admin: Actor
) -> None:
    question = about(session, bank, 2)
    file(session, NEW)
    reach = admin.reach(Permission.KEEP_BANK)
    ((waiting,),) = amended.waiting(session, reach)
    assert (waiting.question.id, waiting.proposed) == (question, ["《水渠法》第三条"])
    assert waiting.hits[0].before == [
        [("村民委员会负责本村水渠", False), ("的", True), ("日常看护。", False)]
    ]
    assert waiting.hits[0].after == {"3": [[("村民委员会负责本村水渠日常看护。", False)]]}
    with pytest.raises(Refused, match="没有第九条"):
        amended.still_right(session, admin, question, {question: "《水渠法》第九条"})
    with pytest.raises(Refused, match="请写依据"):
        amended.still_right(session, admin, question, {question: ""})
    amended.still_right(session, admin, question, {question: "《水渠法》第三条"})
    assert now(session, question) == ("in_use", [3], 2)
    assert amended.count_waiting(session, reach) == 0
    assert amendments.follow(session, None, clock.now(), again=True) == []
    with pytest.raises(Missing):
        amended.still_right(session, admin, question, {question: "《水渠法》第三条"})


def test_it_is_not_put_in_use_again_unseen(session: Session, bank: Bank, admin: Actor) -> None:
    question = about(session, bank, 2)
    file(session, NEW)
    with pytest.raises(Refused, match="还没有人看过"):
        editing.set_state(session, admin, [question], "use")


def test_another_townships_question_is_neither_listed_nor_settled(session: Session, bank: Bank) -> None:
    question = about(session, bank, 2)
    other = a_township(session, "T2")
    stranger = an_actor(session, a_person(session, other, roles=[(Role.ADMIN, other)]))
    file(session, NEW)
    assert amended.waiting(session, stranger.reach(Permission.KEEP_BANK)) == []
    with pytest.raises(Missing):
        amended.still_right(session, stranger, question, {question: "《水渠法》第三条"})


def test_a_paragraph_and_an_item_stay_with_an_article_that_only_moved() -> None:
    texts = [
        {"4": "轮灌的次序由村民会议商定，张榜公布，不得随意更改。"},
        {"3": "水渠管理坚持节水优先。", "5": "轮灌的次序由村民会议商定，张榜公布，不得随意更改。"},
    ]
    fates = renumbering.fates(comparing.compare(*texts))
    cited = parse_citation("《水渠法》第四条第二款第一项")
    assert cited is not None
    carried = renumbering.carried(Record(Kind.SINGLE, "谁来商定？"), [(cited, fates["4"])])
    assert carried is not None and carried.cites == ("《水渠法》第五条第二款第一项",)


def test_the_import_says_how_many_wait_and_the_page_settles_them(
    client_for: Callable[..., FlaskClient], sqlite_database: Database
) -> None:
    with sqlite_database.writing() as session:
        town = a_township(session)
        admin = a_person(session, town, roles=[(Role.ADMIN, town)])
        file(session, OLD)
        bank = a_bank(session, town)
        edited, moved = about(session, bank, 2), about(session, bank, 4)
    client = client_for(admin)
    chosen = client.post(
        "/laws/import",
        data={"file": (io.BytesIO(NEW.encode()), "水渠法.txt")},
        content_type="multipart/form-data",
    )
    landed = client.post(chosen.headers["Location"]).get_data(as_text=True)
    assert "有1道题依据的条文变了" in landed
    assert "法律改了，1道题要看" in client.get("/").get_data(as_text=True)
    assert "去看这些题" in client.get("/bank/").get_data(as_text=True)
    page = client.get("/bank/amended/").get_data(as_text=True)
    assert "村民委员会负责本村水渠日常看护。" in page and "《水渠法》第三条" in page
    wrong = client.post(f"/bank/amended/{edited}", data={"outcome": "right", f"cites-{edited}": "第九十九条"})
    assert wrong.status_code == 400 and "第九十九条" in wrong.get_data(as_text=True)
    right = {"outcome": "right", f"cites-{edited}": "《水渠法》第三条"}
    assert "恢复使用了" in client.post(f"/bank/amended/{edited}", data=right, follow_redirects=True).get_data(
        as_text=True
    )
    with sqlite_database.reading() as session:
        assert now(session, edited) == ("in_use", [3], 2)
        assert now(session, moved) == ("in_use", [5], 2)
        assert session.scalar(sa.select(sa.func.count()).select_from(QuestionVersion)) == 4
