"""Beginning a run of questions, by each way in; a second click or a second tab finds the same run."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.core.access import Actor
from studyhall.core.citations import Citation
from studyhall.core.errors import Missing, Refused
from studyhall.core.sayings import later
from studyhall.library import queries as library
from studyhall.practice import book, cards, evidence, queries
from studyhall.practice.drawing import Drawable, Place, Today, articles_for, questions_for, shuffled
from studyhall.practice.models import PracticeItem, PracticeRun, Way
from studyhall.quizzes.answers import KINDS
from studyhall.quizzes.assembly import Candidate, deal
from studyhall.quizzes.models import Assessment
from studyhall.quizzes.publishing import lines_of, pool
from studyhall.quizzes.withholding import withheld_questions

LAW_ROUND = 10
AT_MOST = 30
"""Questions of a chapter in one run; who wants the rest begins again."""
ALL_KINDS = tuple(KINDS)
SAME = timedelta(hours=12)
"""A run of the same name begun so lately is gone on with, not begun anew."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to practise, as the form says it."""

    way: Way
    law: str = ""
    first: int = 0
    """The chapter's first article, or the article itself."""
    sub: int = 0
    question_id: int = 0
    assessment_id: int = 0


@dataclass(frozen=True)
class Drawn:
    """A run before it is written."""

    title: str
    questions: Sequence[Drawable]
    worth: Sequence[int] = ()
    orders: Sequence[str] = ()
    assessment: Assessment | None = None


def begin(session: Session, actor: Actor, wish: Wish, now: datetime, dice: random.Random) -> PracticeRun:
    """The run wished for. Another one under way is left for good, but for a mock.

    Raises Missing for a law or an article that is not there, Refused where there is nothing to practise.
    """
    cards.lock(session, actor.person_id, now)
    drawn = _DRAW[wish.way](session, actor, wish, now, dice)
    under_way = queries.open_runs(session, actor.person_id)
    for run in under_way:
        if run.way == wish.way and run.title == drawn.title and now - run.started_at < SAME:
            return run
    if not drawn.questions:
        raise Refused(_NOTHING[wish.way], title=later("现在没有可练的题"))
    for run in under_way:
        if run.way != Way.MOCK or wish.way == Way.MOCK:
            run.finished_at = now
    return _write(session, actor, wish.way, drawn, now, dice)


_NOTHING = {
    Way.FIVE: later("选中的法律里没有能练的题，或者今天都练过了。可以换一部法律，或者明天再来。"),
    Way.LAW: later("这部法律里没有能练的题，或者今天都练过了。明天再来，或者换一部法律。"),
    Way.CHAPTER: later("这一章现在没有能练的题。"),
    Way.ARTICLE: later("这一条现在没有能练的题。"),
    Way.WRONG: later("今天没有到期的错题。"),
    Way.CASES: later("现在没有能练的材料题。"),
    Way.MOCK: later("题库里的题不够出一张模拟卷。"),
}


def _write(
    session: Session, actor: Actor, way: Way, drawn: Drawn, now: datetime, dice: random.Random
) -> PracticeRun:
    run = PracticeRun(
        person_id=actor.person_id,
        way=way,
        title=drawn.title[:80],
        started_at=now,
        assessment_id=drawn.assessment.id if drawn.assessment else None,
    )
    session.add(run)
    session.flush()
    last = _last_orders(session, actor.person_id, [one.question_id for one in drawn.questions])
    for place, one in enumerate(drawn.questions):
        order = (
            drawn.orders[place]
            if drawn.orders
            else shuffled(one.letters, dice, last.get(one.question_id, ""))
        )
        session.add(
            PracticeItem(
                run_id=run.id, position=place + 1, person_id=actor.person_id, question_id=one.question_id,
                version_id=one.version_id, option_order=order,
                worth=drawn.worth[place] if drawn.worth else 0,
            )
        )  # fmt: skip
    session.flush()
    return run


def _last_orders(session: Session, person_id: int, questions: Sequence[int]) -> dict[int, str]:
    rows = session.execute(
        sa.select(PracticeItem.question_id, PracticeItem.option_order)
        .where(PracticeItem.person_id == person_id, PracticeItem.question_id.in_(questions))
        .order_by(PracticeItem.run_id)
    )
    return {question_id: order for question_id, order in rows}


# By way in -----------------------------------------------------------------------------------------------


def _five(session: Session, actor: Actor, _wish: Wish, now: datetime, dice: random.Random) -> Drawn:
    laws, _own = queries.own_laws(session, actor, clock.local(now).year)
    stock = queries.stock(session, actor, now, laws) if laws else []
    if not stock:
        stock = queries.stock(session, actor, now)
    return Drawn("练五题", _round(session, actor, stock, now, dice))


def _law(session: Session, actor: Actor, wish: Wish, now: datetime, dice: random.Random) -> Drawn:
    law = queries.law_named(session, wish.law)
    stock = queries.stock(session, actor, now, [law.id])
    return Drawn(f"《{law.short_title}》", _round(session, actor, stock, now, dice, LAW_ROUND))


def _round(
    session: Session, actor: Actor, stock: Sequence[Drawable], now: datetime, dice: random.Random,
    how_many: int = 5,
) -> list[Drawable]:  # fmt: skip
    """By article: what is being forgotten, with new ones mixed in."""
    learnt, today = cards.learnt_by(session, actor.person_id), clock.day_of(now)
    done = Today(*cards.done_today(learnt.values(), today))
    places = in_turn({place for one in stock for place in one.places})
    chosen = articles_for(cards.as_due(learnt.values()), places, today, done, how_many=how_many)
    return questions_for(chosen, stock, queries.met_by(session, actor.person_id), dice)


def in_turn(places: set[Place]) -> list[Place]:
    """Articles to be learnt: law by law in turn, each law from its beginning."""
    queues: dict[int, list[Place]] = {}
    for place in sorted(places):
        queues.setdefault(place[0], []).append(place)
    ordered: list[Place] = []
    for row in range(max(map(len, queues.values()), default=0)):
        ordered += [queue[row] for queue in queues.values() if row < len(queue)]
    return ordered


def _chapter(session: Session, actor: Actor, wish: Wish, now: datetime, _dice: random.Random) -> Drawn:
    opened = library.book(session, wish.law, None, clock.day_of(now))
    chapter = library.chapter(opened, wish.first)
    stock = _on(session, actor, opened.edition.id, range(chapter.first, chapter.last + 1), now)
    title = f"《{opened.law.short_title}》{chapter.title}"
    return Drawn(title, _least_met(session, actor, stock)[:AT_MOST])


def _article(session: Session, actor: Actor, wish: Wish, now: datetime, _dice: random.Random) -> Drawn:
    opened = library.book(session, wish.law, None, clock.day_of(now))
    place = (opened.edition.id, wish.first, wish.sub)
    stock = on_article(session, actor, place, now)
    title = str(Citation(opened.law.short_title, wish.first, wish.sub))
    return Drawn(title, _least_met(session, actor, stock)[:AT_MOST])


def on_article(session: Session, actor: Actor, place: Place, now: datetime) -> list[Drawable]:
    """The questions of one article that this person may practise now; parts of cases stand in their case."""
    on = evidence.questions_on(session, [place])
    found = book.practisable(session, actor, on, now, parts=False)
    return [replace(found[question_id], places=(place,)) for question_id in sorted(found)]


def _on(session: Session, actor: Actor, edition_id: int, articles: range, now: datetime) -> list[Drawable]:
    """Every question on these articles, those filed under another law as well."""
    return [
        one
        for one in queries.stock(session, actor, now, kinds=ALL_KINDS)
        if any(edition == edition_id and article in articles for edition, article, _sub in one.places)
    ]


def _least_met(session: Session, actor: Actor, stock: Sequence[Drawable]) -> list[Drawable]:
    """Those never answered first, in the order of the articles; then those answered longest ago."""
    met = queries.met_by(session, actor.person_id)
    fresh = [one for one in stock if one.question_id not in met]
    fresh.sort(key=lambda one: (one.places, one.question_id))
    old = sorted((one for one in stock if one.question_id in met), key=lambda one: met[one.question_id])
    return [*fresh, *old]


def _wrong(session: Session, actor: Actor, wish: Wish, now: datetime, dice: random.Random) -> Drawn:
    entries = book.entries(session, actor.person_id, now)
    if wish.question_id:
        entries = [one for one in entries if one.question_id == wish.question_id]
        if not entries:
            raise Missing
    else:
        entries = book.due(entries, clock.day_of(now), book.done_on(session, actor.person_id, now))
    usable = book.practisable(session, actor, [one.question_id for one in entries], now)
    return Drawn("我的错题", [usable[one.question_id] for one in entries if one.question_id in usable])


def _cases(session: Session, actor: Actor, _wish: Wish, now: datetime, dice: random.Random) -> Drawn:
    """One case, whole: one never met, else the one met longest ago."""
    found = queries.cases(session, actor, now)
    met = queries.met_by(session, actor.person_id)
    unmet = [case for case in found if not any(part.question_id in met for part in case)]
    if unmet:
        return Drawn("材料题", dice.choice(unmet))
    if not found:
        return Drawn("材料题", [])
    return Drawn("材料题", min(found, key=lambda case: max(met.get(part.question_id, now) for part in case)))


def _mock(session: Session, actor: Actor, wish: Wish, now: datetime, dice: random.Random) -> Drawn:
    """A paper as the coming one will be dealt, out of the same bank; in no figure, without a clock."""
    offered = queries.mocks_offered(session, actor.person_id, now)
    assessment = next((one for one in offered if one.id == wish.assessment_id), None)
    if assessment is None:
        raise Missing
    title = f"模拟：{assessment.title}"
    sealed = withheld_questions(session, actor.person_id, now)
    lines = lines_of(assessment)
    candidates = pool(session, assessment.owner_unit.path, lines)
    versions = {one.version_id for case in candidates for one in (case, *case.parts)}
    questions = evidence.questions_of(session, versions)

    def is_open(one: Candidate) -> bool:
        return not any(questions[part.version_id] in sealed for part in one.parts or (one,))

    try:
        paper = deal(lines, [one for one in candidates if is_open(one)], dice.getrandbits(62))
    except ValueError:
        return Drawn(title, [], assessment=assessment)
    return Drawn(
        title,
        [Drawable(questions[one.version_id], one.version_id, one.option_order, ()) for one in paper],
        worth=[one.worth for one in paper],
        orders=[one.option_order for one in paper],
        assessment=assessment,
    )


_DRAW: dict[Way, Callable[[Session, Actor, Wish, datetime, random.Random], Drawn]] = {
    Way.FIVE: _five,
    Way.LAW: _law,
    Way.CHAPTER: _chapter,
    Way.ARTICLE: _article,
    Way.WRONG: _wrong,
    Way.CASES: _cases,
    Way.MOCK: _mock,
}
