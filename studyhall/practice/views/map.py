"""The map of what one knows: law, chapter, article, in words and colour. Only its owner sees it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.words import Translated
from studyhall.library import queries as library
from studyhall.library.contents import Chapter
from studyhall.practice import cards, queries
from studyhall.practice.drawing import Place
from studyhall.practice.mastery import WORDS, Learnt, Level, level, next_best
from studyhall.practice.views import bp
from studyhall.practice.views.own import caught_up, law_lines


@bp.get("/map")
@require(Permission.SIT_PAPERS)
def levels() -> ResponseReturnValue:
    """Every law with a question, and how much of it is known."""
    caught_up()
    return render_template("practice/levels.html", lines=law_lines())


@dataclass(frozen=True)
class Cell:
    """One article on the map; `level` None: no question rests on it."""

    number: int
    sub: int
    level: Level | None


@bp.get("/map/<law>")
@require(Permission.SIT_PAPERS)
def law_map(law: str) -> ResponseReturnValue:
    caught_up()
    actor, now = current_actor(), clock.now()
    today = clock.day_of(now)
    opened = library.book(db.session, law, None, today)
    edition_id = opened.edition.id
    stock = queries.stock(db.session, actor, now)
    per_place = Counter(place for one in stock for place in one.places if place[0] == edition_id)
    learnt = cards.learnt_by(db.session, actor.person_id, [edition_id])
    best = next_best(sorted(per_place), learnt, today)
    cells = {place: level(learnt.get(place), today) for place in per_place}
    return render_template(
        "practice/law_map.html",
        book=opened,
        chapters=[
            (chapter, _cells(chapter, edition_id, cells), _in_chapter(chapter, per_place))
            for chapter in opened.chapters
        ],
        counts=Counter(cells.values()),
        articles=len(cells),
        best=_best(best, per_place, learnt),
        words=Translated(WORDS),
        started=bool(learnt),
    )


def _in_chapter(chapter: Chapter, per_place: Counter[Place]) -> int:
    return sum(chapter.holds(article) for _edition, article, _sub in per_place)


def _cells(chapter: Chapter, edition_id: int, cells: dict[Place, Level]) -> list[Cell]:
    """Every article of a chapter, 之一 behind its own."""
    added = [place for place in cells if chapter.holds(place[1]) and place[2]]
    plain = [(edition_id, number, 0) for number in range(chapter.first, chapter.last + 1)]
    return [Cell(place[1], place[2], cells.get(place)) for place in sorted({*added, *plain})]


def _best(
    place: Place | None, per_place: Counter[Place], learnt: dict[Place, Learnt]
) -> dict[str, Any] | None:
    if place is None:
        return None
    card = learnt.get(place)
    return {
        "number": place[1],
        "sub": place[2],
        "address": f"{place[1]}-{place[2]}" if place[2] else str(place[1]),
        "gist": queries.gists(db.session, [place]).get(place),
        "questions": per_place[place],
        "wrong": card.wrong if card else 0,
        "reviewed_on": card.reviewed_on if card else None,
    }
