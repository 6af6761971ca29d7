"""The pages of one's own wrong book: the list, one question with its why, on paper, in Word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.bank.asked import Asked, asked
from studyhall.core import clock
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing
from studyhall.core.words import Translated
from studyhall.practice import book, documents, evidence, queries
from studyhall.practice.book import InBook
from studyhall.practice.drawing import Place
from studyhall.practice.views import bp
from studyhall.practice.views.own import caught_up
from studyhall.quizzes import shown
from studyhall.quizzes.answers import LABELS
from studyhall.quizzes.withholding import withheld_questions


@dataclass(frozen=True)
class Page:
    """One entry of the book as it is shown; it is an item of its own to `quizzes.shown`."""

    in_book: InBook
    asked: Asked
    places: tuple[Place, ...]
    law: str

    @property
    def version_id(self) -> int:
        return self.asked.version_id

    @property
    def option_order(self) -> str:
        return self.in_book.last_wrong.option_order

    @property
    def answer(self) -> str | None:
        return self.in_book.last_wrong.answer

    def question(self, _item: object, /) -> Asked:
        return self.asked

    @property
    def article(self) -> Place:
        """Under which it stands: the first one it rests on."""
        return self.places[0] if self.places else (0, 0, 0)

    @property
    def verdict(self) -> shown.Verdict:
        return shown.verdict(self, self)

    @property
    def options(self) -> list[shown.Option]:
        return shown.options(self, self)


def _pages(entries: list[InBook]) -> list[Page]:
    said = asked(db.session, [one.last_wrong.version_id for one in entries])
    places = evidence.places_of(db.session, [one.question_id for one in entries])
    pages = []
    for one in entries:
        words = said[one.last_wrong.version_id]
        law = words.citations[0].law if words.citations else None
        heading = f"《{law}》" if law else _("没有写依据的")
        pages.append(Page(one, words, places.get(one.question_id, ()), heading))
    return pages


def _by_law(pages: list[Page], *, due_first: bool = False) -> list[tuple[str, list[Page]]]:
    """The laws with most wrong ones first; in each, questions of one article stand together, the articles in
    their order or, `due_first`, by what is due first.
    """
    counts = Counter(page.law for page in pages)
    soonest: dict[Place, date] = {}
    for page in pages:
        on = page.in_book.entry.due_on
        soonest[page.article] = min(on, soonest.get(page.article, on))
    pages = sorted(pages, key=lambda page: (page.article, page.in_book.entry.due_on))
    if due_first:
        pages = sorted(pages, key=lambda page: (soonest[page.article], page.article))
    ordered = sorted(pages, key=lambda page: (-counts[page.law], page.law))
    return [(law, list(group)) for law, group in groupby(ordered, key=lambda page: page.law)]


@bp.get("/wrong")
@require(Permission.SIT_PAPERS)
def wrong() -> ResponseReturnValue:
    caught_up()
    actor, now = current_actor(), clock.now()
    entries = book.entries(db.session, actor.person_id, now)
    return render_template(
        "practice/wrong.html",
        groups=_by_law(_pages(entries), due_first=True),
        count=len(entries),
        due={one.question_id for one in book.to_review(db.session, actor, entries, now)},
        today=clock.day_of(now),
        all=request.args.get("all"),
    )


@bp.get("/wrong/<int:question_id>")
@require(Permission.SIT_PAPERS)
def wrong_one(question_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    if question_id in withheld_questions(db.session, actor.person_id, now):
        raise Missing("这道题正在一场测评里考，交卷、公布答案以后再看。")
    one = book.one_of(db.session, actor.person_id, question_id, now)
    page = _pages([one])[0]
    usable = book.practisable(db.session, actor, [question_id], now)
    return render_template(
        "practice/wrong_one.html", page=page, asked=page.asked, options=page.options, verdict=page.verdict,
        label=_(LABELS[page.asked.kind]), usable=bool(usable), today=clock.day_of(now),
        editions=queries.editions_by_id(db.session, {place[0] for place in page.places}),
        gists=queries.gists(db.session, page.places),
    )  # fmt: skip


@bp.post("/wrong/<int:question_id>/<what>")
@require(Permission.SIT_PAPERS)
def mark(question_id: int, what: str) -> ResponseReturnValue:
    if what not in ("keep", "dismiss"):
        raise Missing
    with db.writing() as session:
        book.mark(session, current_actor(), question_id, what, clock.now())
    if what == "keep":
        flash(_("留着了，答对了也不移出。"))
        return redirect(url_for("practice.wrong_one", question_id=question_id))
    flash(_("移出了。再答错还会回来。"))
    return redirect(url_for("practice.wrong"))


@bp.get("/wrong/print")
@require(Permission.SIT_PAPERS)
def wrong_print() -> ResponseReturnValue:
    return render_template(
        "practice/wrong_print.html", groups=_printed(), now=clock.now(), labels=Translated(LABELS)
    )


@bp.get("/wrong.docx")
@require(Permission.SIT_PAPERS)
def wrong_word() -> ResponseReturnValue:
    file = documents.wrong_book(current_actor().name, clock.today(), _printed())
    response: Response = send_file(
        file,
        mimetype="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        as_attachment=True,
        download_name=_("我的错题.docx"),
    )
    return response


def _printed() -> list[tuple[str, list[Page]]]:
    """The book without what is on a paper still sealed."""
    actor, now = current_actor(), clock.now()
    sealed = withheld_questions(db.session, actor.person_id, now)
    entries = book.entries(db.session, actor.person_id, now)
    return _by_law(_pages([one for one in entries if one.question_id not in sealed]))
