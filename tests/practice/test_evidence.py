"""What counts of what somebody answered: practice at once, contests when their answers may be seen."""

from __future__ import annotations

import random
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import Citation, Question, QuestionVersion
from studyhall.core import clock
from studyhall.practice import answering, book, cards, evidence, queries, runs
from studyhall.practice.models import PracticeCard, PracticeItem, PracticeRun, Way
from studyhall.practice.runs import Wish
from studyhall.quizzes import closing, taking, voiding
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import Attempt, AttemptItem, Reveal
from studyhall.quizzes.withholding import from_reader, withheld_questions
from tests.factories import NOON, a_person, an_actor, an_assessment
from tests.practice.conftest import Town

DAY = timedelta(days=1)


def sit(session: Session, town: Town, *, reveal: str = Reveal.AFTER_HAND_IN, right: bool = False) -> Attempt:
    """A contest of two singles, both wrong unless said otherwise, not yet handed in."""
    line = Line(town.edition.law_id, "single", 2, 400)
    contest = an_assessment(session, town.unit, [line], reveal=reveal)
    attempt = taking.begin(session, town.actor, contest, NOON)
    session.flush()
    session.execute(
        sa.update(AttemptItem)
        .where(AttemptItem.attempt_id == attempt.id)
        .values(answer="A" if right else "D", answered_at=NOON)
    )
    return attempt


def practise(session: Session, town: Town, article: int, answer: str, at=NOON) -> PracticeItem:
    """One answer in the bank's own letters, `true` or `false` to the judge of the article."""
    wish = Wish(Way.ARTICLE, town.edition.law.short_title, first=article)
    kind = "judge" if answer in ("true", "false") else "single"
    with clock.standing_at(at):
        run = runs.begin(session, town.actor, wish, at, random.Random(1))
        items = queries.own_run(session, run.id, town.person.id).items
        item = next(one for one in items if one.version.kind == kind)
        order = item.option_order
        shown = ["ABCD"[order.index(letter)] for letter in answer] if order else [answer]
        answering.answer(session, town.actor, run.id, item.position, shown, at)
    return item


def test_a_contest_feeds_the_wrong_book_once_it_is_handed_in(session: Session, town: Town) -> None:
    attempt = sit(session, town)
    assert book.entries(session, town.person.id, NOON) == []
    closing.hand_in(session, attempt.id, town.actor, NOON)
    found = book.entries(session, town.person.id, NOON)
    assert len(found) == 2
    assert {one.last_wrong.contest for one in found} == {"五月月月赛"}


def test_not_before_its_answers_may_be_seen(session: Session, town: Town) -> None:
    attempt = sit(session, town, reveal=Reveal.AFTER_CLOSE)
    closing.hand_in(session, attempt.id, town.actor, NOON)
    assert book.entries(session, town.person.id, NOON) == []
    assert len(withheld_questions(session, town.person.id, NOON)) == 2
    later = NOON + 4 * DAY
    assert len(book.entries(session, town.person.id, later)) == 2
    assert withheld_questions(session, town.person.id, later) == set()


def test_a_question_being_examined_is_not_practised(session: Session, town: Town) -> None:
    before = {one.question_id for one in queries.stock(session, town.actor, NOON)}
    attempt = sit(session, town)
    sealed = withheld_questions(session, town.person.id, NOON)
    assert len(sealed) == 2
    assert {one.question_id for one in queries.stock(session, town.actor, NOON)} == before - sealed
    other = an_actor(session, a_person(session, town.unit))
    assert {one.question_id for one in queries.stock(session, other, NOON)} == before
    closing.hand_in(session, attempt.id, town.actor, NOON)
    assert {one.question_id for one in queries.stock(session, town.actor, NOON)} == before


def test_practice_and_reading_room_withhold_by_one_rule_and_a_contest_taken_back_withholds_nothing(
    session: Session, town: Town
) -> None:
    attempt = sit(session, town)
    with clock.standing_at(NOON):
        assert from_reader(session, town.actor) == withheld_questions(session, town.person.id, NOON) != set()
        attempt.assessment.withdrawn_at = NOON
        session.flush()
        assert from_reader(session, town.actor) == set()
    assert withheld_questions(session, town.person.id, NOON) == set()


def test_a_voided_question_says_nothing(session: Session, town: Town) -> None:
    attempt = sit(session, town)
    closing.hand_in(session, attempt.id, town.actor, NOON)
    version_id = session.scalar(
        sa.select(AttemptItem.version_id).where(
            AttemptItem.attempt_id == attempt.id, AttemptItem.position == 1
        )
    )
    voiding.rule(session, town.actor, attempt.assessment, version_id, voiding.FULL, "题目不严谨", NOON)
    assert len(book.entries(session, town.person.id, NOON)) == 1


def test_contests_reach_the_cards_and_looking_twice_changes_nothing(database) -> None:
    from tests.practice.conftest import build_town

    with database.writing() as session:
        town = build_town(session)
        attempt = sit(session, town)
        closing.hand_in(session, attempt.id, town.actor, NOON)
    cards.catch_up(database, town.person.id, NOON)
    with database.reading() as session:
        first = [(card.article, card.due_on, card.wrong) for card in session.scalars(sa.select(PracticeCard))]
    assert first and all(wrong for _article, _due, wrong in first)
    cards.catch_up(database, town.person.id, NOON)
    cards.catch_up(database, town.person.id, NOON + DAY)
    with database.reading() as session:
        again = [(card.article, card.due_on, card.wrong) for card in session.scalars(sa.select(PracticeCard))]
    assert again == first


def test_practice_writes_the_card_of_every_article_cited(session: Session, town: Town) -> None:
    version = town.questions[1][0]
    version.citations.append(
        Citation(position=2, law_id=town.edition.law_id, law_title="信访工作条例", article=15)
    )
    session.flush()
    practise(session, town, 1, "A")
    assert set(cards.learnt_by(session, town.person.id)) == {
        (town.edition.id, 1, 0),
        (town.edition.id, 15, 0),
    }


def test_two_devices_in_either_order_leave_the_same_card(session: Session, town: Town) -> None:
    """The rows of two answers are brought in one order, then in the other."""
    first = practise(session, town, 1, "D", NOON - DAY)
    practise(session, town, 1, "true", NOON)
    learnt = cards.learnt_by(session, town.person.id)
    late = {"at": first.answered_at, "right": first.is_right}
    first.answered_at = first.is_right = None
    session.flush()
    cards.answered(session, town.person.id, first.question_id, NOON)
    assert cards.learnt_by(session, town.person.id) != learnt
    first.answered_at, first.is_right = late["at"], late["right"]
    session.flush()
    cards.answered(session, town.person.id, first.question_id, NOON)
    assert cards.learnt_by(session, town.person.id) == learnt


def re_key(session: Session, version: QuestionVersion, answer: str, at) -> QuestionVersion:
    new = QuestionVersion(
        question_id=version.question_id, number=2, kind=version.kind, stem=version.stem,
        options=version.options, answer=answer, points=[], explanation="改过的讲解", difficulty=1,
        content_hash="f" * 64, created_at=at,
        citations=[Citation(position=1, law_id=c.law_id, law_title=c.law_title, article=c.article)
                   for c in version.citations],
    )  # fmt: skip
    session.add(new)
    session.flush()
    session.get_one(Question, version.question_id).current_version_id = new.id
    session.flush()
    return new


def test_a_re_keyed_question_resets_what_it_taught_with_a_word(database) -> None:
    from tests.practice.conftest import build_town

    with database.writing() as session:
        town = build_town(session)
        practise(session, town, 1, "D")
    cards.catch_up(database, town.person.id, NOON + timedelta(hours=1))
    with database.writing() as session:
        assert len(book.entries(session, town.person.id, NOON)) == 1
        re_key(session, session.get_one(QuestionVersion, town.questions[1][0].id), "D", NOON + DAY)
    cards.catch_up(database, town.person.id, NOON + DAY)
    with database.writing() as session:
        assert cards.learnt_by(session, town.person.id) == {}
        assert book.entries(session, town.person.id, NOON + DAY) == []
        (reset,) = cards.resets_of(session, town.person.id)
        assert (reset.article, reset.reason) == (1, "re_keyed")
        practise(session, town, 1, "true", NOON + 2 * DAY)
        assert cards.resets_of(session, town.person.id) == []


def test_an_edit_that_leaves_the_key_alone_resets_nothing(session: Session, town: Town) -> None:
    practise(session, town, 1, "D")
    re_key(session, town.questions[1][0], "A", NOON + DAY)
    assert len(book.entries(session, town.person.id, NOON + DAY)) == 1


def test_an_amended_article_resets_what_was_learnt_of_it(session: Session, town: Town) -> None:
    practise(session, town, 1, "A")
    session.execute(sa.update(Citation).values(held_since=NOON + DAY))
    assert evidence.given_by(session, town.person.id, NOON + DAY) == []
    cards.lock(session, town.person.id, NOON)
    cards.rewrite_all(session, town.person.id, NOON + DAY)
    assert cards.learnt_by(session, town.person.id) == {}


def test_a_clock_that_ran_a_year_ahead_is_put_right(session: Session, town: Town) -> None:
    practise(session, town, 1, "A", NOON + 365 * DAY)
    cards.rewrite_all(session, town.person.id, NOON)
    (learnt,) = cards.learnt_by(session, town.person.id).values()
    assert learnt.reviewed_on == clock.day_of(NOON)
    assert (learnt.due_on - learnt.reviewed_on).days < 10


def test_a_mock_follows_the_blueprint_is_judged_at_the_end_and_stands_in_no_figure(
    session: Session, town: Town
) -> None:
    lines = [Line(town.edition.law_id, "single", 2, 400), Line(town.edition.law_id, "judge", 1, 200)]
    exam = an_assessment(
        session, town.unit, lines, kind="exam", title="年中考试",
        opens_at=NOON + 5 * DAY, closes_at=NOON + 6 * DAY,
    )  # fmt: skip
    (offered,) = queries.mocks_offered(session, town.person.id, NOON)
    assert offered.id == exam.id
    run = runs.begin(session, town.actor, Wish(Way.MOCK, assessment_id=exam.id), NOON, random.Random(2))
    dealt = queries.own_run(session, run.id, town.person.id).items
    assert [item.worth for item in dealt] == [400, 400, 200]
    for item in dealt[:2]:
        letter = "ABCD"[item.option_order.index("A" if item.position == 1 else "D")]
        outcome = answering.answer(session, town.actor, run.id, item.position, [letter], NOON)
        assert outcome is answering.Outcome.KEPT
        assert item.is_right is None
    assert book.entries(session, town.person.id, NOON) == []
    handed_in = answering.hand_in(session, town.actor, run.id, NOON)
    answering.hand_in(session, town.actor, run.id, NOON + DAY)
    result = answering.mock_result(session, handed_in)
    assert (result.right, result.questions, result.score, result.full) == (1, 3, 400, 1000)
    assert len(book.entries(session, town.person.id, NOON)) == 1
    assert session.scalar(sa.select(sa.func.count()).select_from(Attempt)) == 0


def test_a_second_run_takes_the_place_of_the_first_but_not_of_a_mock(session: Session, town: Town) -> None:
    law = town.edition.law.short_title
    exam = an_assessment(
        session, town.unit, [Line(town.edition.law_id, "single", 1, 400)],
        opens_at=NOON + DAY, closes_at=NOON + 2 * DAY,
    )  # fmt: skip
    mock = runs.begin(session, town.actor, Wish(Way.MOCK, assessment_id=exam.id), NOON, random.Random(1))
    runs.begin(session, town.actor, Wish(Way.ARTICLE, law, first=1), NOON, random.Random(1))
    second = runs.begin(session, town.actor, Wish(Way.ARTICLE, law, first=2), NOON, random.Random(1))
    left = {run.id for run in queries.open_runs(session, town.person.id)}
    assert left == {mock.id, second.id}
    assert session.scalar(sa.select(sa.func.count()).select_from(PracticeRun)) == 3


def test_after_a_holiday_the_book_asks_for_the_cap_only(session: Session, town: Town) -> None:
    for article in range(1, 9):
        practise(session, town, article, "D", NOON)
        practise(session, town, article, "false", NOON + timedelta(minutes=article))
    later = NOON + 40 * DAY
    found = book.entries(session, town.person.id, later)
    assert len(found) == 16
    assert len(book.due(found, clock.day_of(later))) == book.A_DAY
    assert len(book.due(found, clock.day_of(later), done=7)) == book.A_DAY - 7
    run = runs.begin(session, town.actor, Wish(Way.WRONG), later, random.Random(1))
    assert len(queries.own_run(session, run.id, town.person.id).items) == book.A_DAY


def test_two_entries_of_one_person_merged_keep_one_practice(session: Session, town: Town) -> None:
    from studyhall.people import merging

    twin = a_person(session, town.unit, name="加娜尔")
    practise(session, town, 1, "D")
    merging.merge(session, None, twin, town.person)
    cards.rewrite_all(session, twin.id, NOON)
    assert set(cards.learnt_by(session, twin.id)) == {(town.edition.id, 1, 0)}
    assert len(book.entries(session, twin.id, NOON)) == 1
