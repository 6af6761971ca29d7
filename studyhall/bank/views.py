"""The admin's pages of the bank: the list with its counts, and one question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from studyhall.bank import amended, amending, browsing, editing, loading
from studyhall.bank.answer_words import answer_words
from studyhall.bank.browsing import Filters, Kept
from studyhall.bank.models import QuestionState
from studyhall.bank.record import KIND_NAMES, Kind, Record
from studyhall.core import audit, clock, pages, resources
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.sayings import later
from studyhall.core.words import Translated, said
from studyhall.library import queries as library
from studyhall.library.contents import Chapter
from studyhall.people import queries as people
from studyhall.people import units

bp = Blueprint("bank", __name__, url_prefix="/bank")

KINDS = {str(kind): name for kind, name in KIND_NAMES.items() if kind is not Kind.OTHER}
_FIELDS = ("stem", "answer", "explanation", "cites", "difficulty", "points", "reason")
DIFFICULTIES = {1: later("易"), 2: later("中"), 3: later("难")}


@bp.get("/")
@require(Permission.KEEP_BANK)
def index() -> ResponseReturnValue:
    reach = current_actor().reach(Permission.KEEP_BANK)
    shelves = library.shelves(db.session, clock.today())
    chapters = _chapters(shelves)
    filters = _filters(chapters)
    stocked = browsing.stocked(db.session, reach)
    return render_template(
        "bank/index.html",
        listed=browsing.listed(db.session, reach, filters),
        filters=filters,
        stocked=stocked,
        laws=[shelf.law for shelf in shelves],
        chapters=chapters,
        kinds=Translated(KINDS),
        difficulties=Translated(DIFFICULTIES),
        states=Translated(editing.STATE_WORDS),
        args=_args(),
        done=request.args.get("done"),
        count=request.args.get("count", type=int),
        import_page=_import_page(),
        amended=amended.count_waiting(db.session, reach),
        comes_along=people.covers_site(db.session, reach) and not loading.is_loaded(db.session),
        most=browsing.PAGE,
    )


def _chapters(shelves: list[library.Shelf]) -> list[Chapter]:
    """Of the law the list is narrowed to, for the filter."""
    law_id = request.args.get("law", type=int)
    chosen = next((shelf.law for shelf in shelves if shelf.law.id == law_id), None)
    if chosen is None:
        return []
    return library.book(db.session, chosen.short_title, None, clock.today()).chapters


def _filters(chapters: list[Chapter]) -> Filters:
    """What stands in the address, unknown values left out."""
    args = request.args
    chapter = next((one for one in chapters if one.first == args.get("chapter", type=int)), None)
    article = args.get("article", type=int)
    difficulty = args.get("difficulty", type=int)
    return Filters(
        words=args.get("q", "").strip()[:40],
        law_id=args.get("law", type=int),
        articles=(article, article) if article else (chapter.first, chapter.last) if chapter else None,
        kind=args["kind"] if args.get("kind") in KINDS else None,
        difficulty=difficulty if difficulty in DIFFICULTIES else None,
        state=args["state"] if args.get("state") in list(QuestionState) else None,
        page=max(args.get("page", 1, type=int), 1),
    )


def _args() -> dict[str, str]:
    """The filters as typed, for links that change one of them."""
    names = ("q", "law", "chapter", "article", "kind", "difficulty", "state")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _import_page() -> str | None:
    return url_for("imports.index") if "imports.index" in current_app.view_functions else None


@bp.post("/own")
@require(Permission.KEEP_BANK)
def load_own() -> ResponseReturnValue:
    """The questions that come with the product, on a site that has none of them yet; else nothing happens.

    Only by who answers for the whole site: the bank is there for everybody.
    """
    if not people.covers_site(db.session, current_actor().reach(Permission.KEEP_BANK)):
        raise Missing
    if loading.is_loaded(db.session):
        return redirect(url_for("bank.index"))
    files = loading.files_of(resources.question_bank())
    with db.writing() as session:
        units.hold_root(session)
        if loading.is_loaded(session):
            return redirect(url_for("bank.index"))
        loaded = loading.load_files(session, files)
        audit.record(
            session, current_actor(), "bank.loaded", "bank:own", loading.OWN_BANK,
            unit_path=people.site_path(session), after={"added": loaded.added},
        )  # fmt: skip
    return redirect(url_for("bank.index", done="loaded", count=loaded.added))


@bp.post("/states")
@require(Permission.KEEP_BANK)
def set_states() -> ResponseReturnValue:
    """Several questions at once. Retiring asks first."""
    act = request.form.get("act", "")
    chosen = request.form.getlist("question", type=int)
    if act == "retire" and chosen and "sure" not in request.form:
        return _ask(chosen)
    with db.writing() as session:
        count = editing.set_state(session, current_actor(), chosen, act)
    if request.form.get("back") == "question" and len(chosen) == 1:
        return redirect(url_for("bank.question", question_id=chosen[0], done=act))
    return redirect(url_for("bank.index", done=act, count=count, **_posted_filters()))


def _posted_filters() -> dict[str, Any]:
    names = ("q", "law", "chapter", "article", "kind", "difficulty", "state", "page")
    return {name: request.form[f"f-{name}"] for name in names if request.form.get(f"f-{name}")}


def _ask(chosen: list[int]) -> str:
    reach = current_actor().reach(Permission.KEEP_BANK)
    kept = [browsing.one(db.session, reach, question_id) for question_id in chosen[: editing.MOST_AT_ONCE]]
    return render_template(
        "bank/retire.html",
        kept=kept,
        dealt=sum(one.version.first_dealt_at is not None for one in kept),
        back=request.form.get("back", ""),
        passed={name: value for name, value in request.form.items() if name.startswith("f-")},
    )


@bp.get("/questions/<int:question_id>")
@require(Permission.KEEP_BANK)
def question(question_id: int) -> ResponseReturnValue:
    kept = _kept(question_id)
    record = editing.record_of(kept.version, _law(kept))
    return _question_page(kept, record, _shown(record), kept.version.number)


@bp.post("/questions/<int:question_id>")
@require(Permission.KEEP_BANK)
def edit(question_id: int) -> ResponseReturnValue:
    """Save as the next version, or only look at it as a cadre would see it."""
    form = request.form.to_dict() | {"answer": "".join(request.form.getlist("answer"))}
    based_on = request.form.get("based_on", 0, type=int)
    if form.get("do") == "preview":
        return _preview(_kept(question_id), form, based_on)
    try:
        with db.writing() as session:
            version = editing.edit(session, current_actor(), question_id, based_on, form)
            number = version.number
    except editing.Overtaken as overtaken:
        return _refused(question_id, form, overtaken.number, overtaken), 409
    except Refused as refusal:
        if refusal.status != Refused.status:
            raise
        return _refused(question_id, form, based_on, refusal), 400
    return redirect(url_for("bank.question", question_id=question_id, done="edit", count=number))


def _preview(kept: Kept, form: Mapping[str, str], based_on: int) -> ResponseReturnValue:
    before = editing.record_of(kept.version, _law(kept))
    try:
        record = editing.typed(before, form)
    except Refused as refusal:
        return _question_page(kept, before, form, based_on, problem=said(refusal)), 400
    return _question_page(kept, record, form, based_on, preview=True)


def _refused(question_id: int, form: Mapping[str, str], based_on: int, refusal: Refused) -> str:
    kept = _kept(question_id)
    record = editing.record_of(kept.version, _law(kept))
    return _question_page(kept, record, form, based_on, problem=said(refusal))


def _kept(question_id: int) -> Kept:
    return browsing.one(db.session, current_actor().reach(Permission.KEEP_BANK), question_id)


def _law(kept: Kept) -> str:
    return kept.question.law.short_title if kept.question.law else ""


def _shown(record: Record) -> dict[str, str]:
    """A record as the fields of the form."""
    return {
        "stem": record.stem,
        "answer": amending.typed_answer(record),
        "explanation": record.explanation,
        "cites": "\n".join(record.cites),
        "difficulty": str(record.difficulty or 1),
        "points": editing.points_text(record),
        "reason": "",
        **{f"option-{option.key}": option.text for option in record.options},
    }


def _question_page(
    kept: Kept,
    record: Record,
    fields: Mapping[str, str],
    based_on: int,
    *,
    problem: str | None = None,
    preview: bool = False,
) -> str:
    actor = current_actor()
    return render_template(
        "bank/question.html",
        kept=kept,
        record=record,
        fields=dict.fromkeys(_FIELDS, "") | dict(fields),
        based_on=based_on,
        problem=problem,
        preview=preview,
        may_edit=editing.may_edit(db.session, actor.reach(Permission.KEEP_BANK), kept.question.bank),
        use=pages.slot("question.use", actor, question_id=kept.question.id, version_id=kept.version.id),
        kinds=Translated(KINDS),
        difficulties=Translated(DIFFICULTIES),
        states=Translated(editing.STATE_WORDS),
        letters=amending.LETTERS,
        rows=max(4, len(record.options) + 1),
        cited=editing.citation_words,
        answer_words=answer_words,
        done=request.args.get("done"),
        count=request.args.get("count", type=int),
    )
