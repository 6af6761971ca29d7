"""Two offices, each with a database of its own: a bank goes over, changes there, and comes again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import batch_acts, batch_list, batch_opening, batches, editing, exporting, sharing
from studyhall.bank.carried import Carried
from studyhall.bank.formats import read_bytes
from studyhall.bank.models import Bank, Citation, ImportBatch, Question, QuestionPicture, QuestionVersion
from studyhall.core import clock
from studyhall.core.access import Actor, Role
from studyhall.core.db import Database
from studyhall.core.errors import Refused
from studyhall.people.models import Unit
from tests.factories import a_bank, a_law, a_person, a_picture, a_question, a_township, an_actor

EDITED = {
    "stem": "改过的题干", "option-A": "甲", "option-B": "乙", "answer": "B", "explanation": "改过的讲解",
    "cites": "《测试法》第二条", "difficulty": "3",
}  # fmt: skip


@pytest.fixture
def there(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Session]:
    """The office that makes the bank: five questions and a case, of each state one."""
    path = tmp_path / "there.sqlite3"
    shutil.copy(request.getfixturevalue("_sqlite_template"), path)
    database = Database(f"sqlite:///{path}")
    with database.writing() as session:
        township = a_township(session)
        law, bank = a_law(session, "测试法").law_id, a_bank(session, township)
        bank.name = "保密题库"
        for kind, state in (
            ("single", "in_use"),
            ("multiple", "draft"),
            ("fill", "held"),
            ("judge", "retired"),
        ):
            a_question(session, bank, law, kind, state=state)
        shown = a_question(session, bank, law, "short")
        shown.stem += "〔图1〕"
        session.add(QuestionPicture(version_id=shown.id, **_columns()))
        case = a_question(session, bank, law, "case")
        for position, kind in enumerate(("single", "judge"), 1):
            a_question(session, bank, law, kind, parent=case, position=position)
        session.expire_all()
        yield session
    database.close()


def _columns() -> dict[str, object]:
    picture = a_picture()
    return {"name": picture.name, "media_type": picture.media_type, "data": picture.data}


@pytest.fixture
def here(session: Session) -> Unit:
    a_law(session, "测试法")
    return a_township(session)


def package_of(there: Session) -> bytes:
    there.flush()
    there.expire_all()
    wanted = exporting.Wanted(bank_id=there.scalars(sa.select(Bank.id)).one())
    return sharing.package(there, sa.true(), wanted, office="清水镇", title="保密题库")


def brought(session: Session, here: Unit, data: bytes) -> ImportBatch:
    (file,) = batch_opening.prepared(session, Carried.of(read_bytes(data, "题库包.zip")), here, "本单位题库")
    return batch_opening.open_batch(session, None, here, file, data)


def landed(session: Session, batch: ImportBatch) -> None:
    batches.land(session, None, batch, in_use=True)
    session.expire_all()


def keeper(session: Session) -> Actor:
    township = session.scalars(sa.select(Unit)).first()
    assert township is not None
    return an_actor(session, a_person(session, township, roles=[(Role.ADMIN, township)]))


def of_kind(session: Session, kind: str) -> Question:
    """The newest words of the one question of this kind that stands alone."""
    return session.scalars(
        sa.select(Question)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(QuestionVersion.kind == kind, Question.parent_id.is_(None))
    ).one()


def now(question: Question) -> QuestionVersion:
    assert question.current_version is not None
    return question.current_version


def test_everything_but_what_is_out_of_use_comes_over_with_its_state(
    session: Session, here: Unit, there: Session
) -> None:
    landed(session, brought(session, here, package_of(there)))
    states = {kind: of_kind(session, kind).state for kind in ("single", "multiple", "fill", "short", "case")}
    assert states == {
        "single": "in_use",
        "multiple": "draft",
        "fill": "draft",
        "short": "in_use",
        "case": "in_use",
    }
    assert session.scalars(sa.select(Bank.name)).one() == "保密题库（清水镇）"
    for kind in states:
        mine, theirs = now(of_kind(session, kind)), now(of_kind(there, kind))
        assert (mine.question.key, mine.stem, mine.answer) == (
            theirs.question.key,
            theirs.stem,
            theirs.answer,
        )
        assert mine.question.law is not None and mine.question.law.short_title == "测试法"
    assert session.scalar(sa.select(sa.func.count()).select_from(Citation)) == 7
    assert session.scalars(sa.select(QuestionPicture.data)).one() == a_picture().data
    assert (
        session.scalar(
            sa.select(sa.func.count()).select_from(Question).where(Question.parent_id.is_not(None))
        )
        == 2
    )


def test_what_changed_there_is_seen_and_only_what_is_taken_lands(
    session: Session, here: Unit, there: Session
) -> None:
    landed(session, brought(session, here, package_of(there)))
    dealt = now(of_kind(session, "single"))
    dealt.first_dealt_at = clock.now()
    asked, stem = dealt.id, dealt.stem
    actor = keeper(there)
    for times in (1, 2):  # two versions further there is one version further here
        form = EDITED | {"stem": f"改过{times}次的题干"}
        editing.edit(there, actor, of_kind(there, "single").id, times, form)
    editing.edit(
        there, actor, of_kind(there, "multiple").id, 1, EDITED | {"stem": "哪些可以？", "answer": "AB"}
    )
    editing.set_state(there, actor, [of_kind(there, "short").id], "retire")
    bank = there.scalars(sa.select(Bank)).one()
    a_question(
        there, bank, now(of_kind(there, "single")).question.law_id or 0, "judge"
    ).stem = "新来的一道题。"

    batch = brought(session, here, package_of(there))
    assert batch_list.changes(session, batch.id) == {"new": 1, "changed": 2, "gone": 1}
    changed = batch_list.page(session, batch, "changed").items
    several = next(item for item in changed if item.stem == "哪些可以？")
    batch_acts.leave_out(session, batch, batch_list.item_of(session, batch, several.position))
    (gone,) = batch_list.page(session, batch, "gone").items
    batch_acts.leave_out(session, batch, batch_list.item_of(session, batch, gone.position))
    landed(session, batch)

    assert (now(of_kind(session, "single")).number, now(of_kind(session, "single")).stem) == (
        2,
        "改过2次的题干",
    )
    assert now(of_kind(session, "multiple")).number == 1
    assert of_kind(session, "short").state == "retired"
    assert of_kind(session, "judge").state == "in_use"
    # Who was asked the old words keeps them.
    old = session.get_one(QuestionVersion, asked)
    assert (old.stem, old.number, old.first_dealt_at is not None) == (stem, 1, True)

    again = brought(session, here, package_of(there))
    assert batch_list.changes(session, again.id) == {"changed": 1}, "what was left out is offered again"


def test_undoing_gives_back_the_last_words_but_not_under_somebody(
    session: Session, here: Unit, there: Session
) -> None:
    landed(session, brought(session, here, package_of(there)))
    stem = now(of_kind(session, "single")).stem
    editing.edit(there, keeper(there), of_kind(there, "single").id, 1, EDITED)
    data = package_of(there)
    first = brought(session, here, data)
    landed(session, first)
    batches.undo(session, None, first)
    session.expire_all()
    assert now(of_kind(session, "single")).stem == stem

    second = brought(session, here, data)
    landed(session, second)
    now(of_kind(session, "single")).first_dealt_at = clock.now()
    session.flush()
    with pytest.raises(Refused, match="有人抽到新的一版"):
        batches.undo(session, None, second)
    assert now(of_kind(session, "single")).stem == "改过的题干"


def test_words_of_ones_own_stay_until_the_other_office_changes_theirs(
    session: Session, here: Unit, there: Session
) -> None:
    landed(session, brought(session, here, package_of(there)))
    editing.edit(
        session, keeper(session), of_kind(session, "single").id, 1, EDITED | {"stem": "我们自己的题干"}
    )
    again = brought(session, here, package_of(there))
    assert batch_list.changes(session, again.id) == {}
    editing.edit(there, keeper(there), of_kind(there, "single").id, 1, EDITED)
    newer = brought(session, here, package_of(there))
    assert batch_list.changes(session, newer.id) == {"changed": 1}
    landed(session, newer)
    assert (now(of_kind(session, "single")).number, now(of_kind(session, "single")).stem) == (3, "改过的题干")
