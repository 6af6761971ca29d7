"""Results that were not won here: another site's as a sheet, a paper exam's keyed in by number keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.core import clock, sandbox
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Missing, Refused
from studyhall.core.uploads import takes_files
from studyhall.core.words import Translated, said
from studyhall.people import roster
from studyhall.people.models import RosterEntry, Unit
from studyhall.quizzes import elsewhere, given_rows, queries
from studyhall.quizzes.models import Assessment, Result
from studyhall.quizzes.score_list import SOURCES
from studyhall.quizzes.upkeep import keep_up
from studyhall.quizzes.views import bp


def _kept(session: Session, assessment_id: int) -> Assessment:
    return queries.kept_one(session, current_actor().reach(Permission.SET_PAPERS), assessment_id)


@dataclass(frozen=True)
class Read:
    """What a pasted text says: the lines that would do, and what is wrong with the others."""

    lines: tuple[given_rows.Line, ...]
    problems: tuple[str, ...]
    checked: elsewhere.Checked

    @property
    def text(self) -> str:
        """The lines that would do, as they can be pasted again."""
        return "\n".join(f"{one.who}\t{one.score / 100:g}\t{one.full / 100:g}" for one in self.lines)


@bp.route("/assessments/<int:assessment_id>/elsewhere", methods=["GET", "POST"])
@require(Permission.SET_PAPERS)
@takes_files(5)
def bring_in(assessment_id: int) -> ResponseReturnValue:
    """Results of another site or of a paper exam: paste or upload, look, then land all or nothing."""
    keep_up(db)
    assessment = _kept(db.session, assessment_id)
    elsewhere.refuse_untimely(assessment, clock.now())
    source = "keyed_in" if request.form.get("source") == "keyed_in" else "elsewhere"
    text, read = "", None
    if request.method == "POST":
        try:
            text = _typed()
            read = _read(assessment, text)
            if "drop" in request.form and read.lines:
                # What the page listed as wrong is left out; the rest is looked at once more.
                text = read.text
                read = _read(assessment, text)
            elif "land" in request.form and read.lines and not read.problems:
                with db.writing() as session:
                    kept = _kept(session, assessment_id)
                    count = elsewhere.bring_in(
                        session, current_actor(), kept, _rows(read.lines), clock.now(), source=source
                    )
                flash(_("带入了%(count)d人的成绩，写明了来源，算进同一张报表。", count=count))
                return redirect(url_for("quizzes.roster_page", assessment_id=assessment_id))
        except Refused as refusal:
            read = Read((), (said(refusal),), elsewhere.check(db.session, assessment, []))
    names = {one.staff_no: one.name for one in _expected(assessment)}
    page = render_template(
        "quizzes/elsewhere_results.html", assessment=assessment, read=read, text=text, source=source, names=names,
        before=elsewhere.given_before(db.session, assessment),
    )  # fmt: skip
    return page, 400 if read is not None and read.problems else 200


def _typed() -> str:
    """What was pasted, or the sheet as lines. Raises Refused where there is neither."""
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return given_rows.as_text(sandbox.apart("studyhall.quizzes.result_sheet:read", upload.read()))
    text = request.form.get("text", "")
    if not text.strip():
        raise Refused("请选一个表，或者把工号（姓名）和分数粘贴进来。")
    return text


def _read(assessment: Assessment, text: str) -> Read:
    found, problems = given_rows.lines_of(text)
    lines, unknown = given_rows.resolved(found, _expected(assessment))
    checked = elsewhere.check(db.session, assessment, _rows(lines))
    wrong = {held.staff_no for held in checked.held}
    every = [*problems, *unknown, *(held.reason for held in checked.held)]
    return Read(
        tuple(line for line in lines if line.who not in wrong),
        tuple(dict.fromkeys(map(said, every))),
        checked,
    )


def _expected(assessment: Assessment) -> list[given_rows.Expected]:
    entries = roster.entries_of(db.session, assessment.roster_id)
    return [given_rows.Expected(entry.staff_no, entry.name) for entry in entries]


def _rows(lines: Sequence[given_rows.Line]) -> list[elsewhere.Given]:
    return [elsewhere.Given(line.who, line.score, line.full) for line in lines]


@bp.route("/assessments/<int:assessment_id>/key-in", methods=["GET", "POST"])
@require(Permission.SET_PAPERS)
def key_in(assessment_id: int) -> ResponseReturnValue:
    """The roster with a field for each: what is left empty stays as it is, one wrong score holds them all."""
    keep_up(db)
    assessment = _kept(db.session, assessment_id)
    elsewhere.refuse_untimely(assessment, clock.now())
    rows = _roster_rows(db.session, assessment)
    problems: dict[str, str] = {}
    if request.method == "POST":
        given, problems = _scores(rows)
        try:
            if given and not problems:
                with db.writing() as session:
                    kept = _kept(session, assessment_id)
                    count = elsewhere.bring_in(
                        session, current_actor(), kept, given, clock.now(), source="keyed_in"
                    )
                flash(_("登记了%(count)d人的分数，来源写作纸卷。", count=count))
                return redirect(url_for("quizzes.key_in", assessment_id=assessment_id))
            if not problems:
                problems = {"": _("一个分数也没有填。")}
        except Missing:
            raise
        except Refused as refusal:
            problems = {"": said(refusal)}
    page = render_template(
        "quizzes/key_in.html", assessment=assessment, rows=rows, problems=problems, form=request.form,
        units=_by_unit([row for row in rows if not _sat_here(row[1])]),
        sat_here=sum(_sat_here(result) for _entry, result in rows),
        sources=Translated(SOURCES), waiting=sum(not result.took_part for _entry, result in rows),
    )  # fmt: skip
    return page, 400 if problems else 200


def _roster_rows(session: Session, assessment: Assessment) -> list[tuple[RosterEntry, Result]]:
    found = session.execute(
        sa.select(RosterEntry, Result)
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .where(RosterEntry.roster_id == assessment.roster_id)
        .order_by(Unit.position, RosterEntry.unit_path, RosterEntry.name_sort)
    )
    return [(entry, result) for entry, result in found]


def _sat_here(result: Result) -> bool:
    return result.took_part and result.source == "here"


def _by_unit(
    rows: Sequence[tuple[RosterEntry, Result]],
) -> list[tuple[str, list[tuple[RosterEntry, Result]]]]:
    """In the order of the roster, each unit with its people."""
    return [
        (group[0][0].unit_name, group)
        for group in (list(found) for _path, found in groupby(rows, key=lambda row: row[0].unit_path))
    ]


def _scores(
    rows: Sequence[tuple[RosterEntry, Result]],
) -> tuple[list[elsewhere.Given], dict[str, str]]:
    """What was keyed in, and by field what is wrong with it."""
    full = given_rows.hundredths(request.form.get("full", ""))
    if not full:
        return [], {"full": _("满分要填大于0的数。")}
    given: list[elsewhere.Given] = []
    problems: dict[str, str] = {}
    for entry, result in rows:
        name = f"score-{entry.id}"
        typed = request.form.get(name, "").strip()
        if not typed or _sat_here(result):
            continue
        score = given_rows.hundredths(typed)
        if score is None or score > full:
            problems[name] = _("分数要填0到%(full)s的数。", full=f"{full / 100:g}")
        else:
            given.append(elsewhere.Given(entry.staff_no, score, full))
    return given, problems
