"""Taking questions out: which, in which form, and what each form would lose, said before anybody downloads."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from studyhall.bank import browsing, exporting, sharing
from studyhall.bank.counting import kind_counts, questions_in
from studyhall.bank.exporting import Wanted, require_some
from studyhall.bank.formats.writing import FORMATS, fitting, losses
from studyhall.bank.models import QuestionState
from studyhall.bank.record import Record
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.errors import Refused
from studyhall.core.sayings import later

bp = Blueprint("exports", __name__, url_prefix="/bank/export")

MOST_CHOSEN = 500
LONGEST = 40
"""Of the words looked for in the stems."""
TITLES = {
    "xlsx": (later("Excel表格"), later("就是导入模板，改好可以再导入")),
    "docx": (later("Word，带答案"), later("打印出来看，也可以再导入")),
    "docx-paper": (later("Word，不带答案"), later("当纸质试卷用")),
    sharing.NAME: (later("题库包"), later("图片、条文、状态都在里面；以后再给一次，对方只看改动")),
    "moodle": ("Moodle XML", later("放进Moodle，图片、条文、难度都带着")),
    "qti": ("QTI 2.1", later("放进别的考试系统，图片、条文、难度都带着")),
    "gift": ("GIFT", later("文本，放进Moodle")),
    "aiken": ("Aiken", later("文本，只有单选题")),
    "json": ("JSON", later("给程序用，什么都不丢")),
}
GROUPS = {
    later("自己用"): ("xlsx", "docx", "docx-paper"),
    later("给也用学法堂的单位"): (sharing.NAME,),
    later("给别的系统"): ("moodle", "qti", "gift", "aiken", "json"),
}


@dataclass(frozen=True)
class Way:
    """One form a bank can go out in, with what it would lose."""

    name: str
    title: str
    about: str
    losses: list[str]
    nothing: bool = False
    """Not one question would be left."""


@bp.get("/")
@require(Permission.KEEP_BANK)
def index() -> ResponseReturnValue:
    within = browsing.within(current_actor().reach(Permission.KEEP_BANK))
    wanted, chosen = _wanted(request.args)
    records = exporting.records(db.session, within, wanted)
    return render_template(
        "bank/export.html",
        sources=exporting.sources(db.session, within),
        laws=exporting.laws(db.session, within),
        wanted=wanted,
        chosen=chosen,
        count=sum(1 for _question in questions_in(records)),
        kinds={kind: count for kind, count in kind_counts(records).items() if count and kind != "case"},
        unready={
            state: count
            for state in (QuestionState.DRAFT, QuestionState.HELD, QuestionState.RETIRED)
            if (count := sum(1 for _one in questions_in(r for r in records if r.standing == state)))
        },
        groups={_(words): [_way(name, records) for name in names] for words, names in GROUPS.items()},
    )


def _way(name: str, records: list[Record]) -> Way:
    title, about = TITLES[name]
    if name == sharing.NAME:
        return Way(name, _(title), _(about), [])
    return Way(name, _(title), _(about), losses(records, name), not fitting(records, name))


def _wanted(args: Any) -> tuple[Wanted, list[int]]:
    chosen = sorted(set(args.getlist("question", type=int)))[:MOST_CHOSEN]
    everything = {"states": exporting.EVERY_STATE} if args.get("all") else {}
    return (
        Wanted(
            bank_id=args.get("bank", type=int),
            law_id=args.get("law", type=int),
            question_ids=frozenset(chosen),
            words=" ".join(args.get("q", "").split())[:LONGEST],
            **everything,
        ),
        chosen,
    )


@bp.post("/chosen")
@require(Permission.KEEP_BANK)
def chosen() -> ResponseReturnValue:
    """From the list: those with a tick."""
    questions = request.form.getlist("question", type=int)[:MOST_CHOSEN]
    if not questions:
        raise Refused("还没有选题。请先在前面打勾，再按按钮。")
    return redirect(url_for("exports.index", question=questions))


@bp.post("/<any(xlsx,docx,'docx-paper',package,moodle,qti,gift,aiken,json):form>")
@require(Permission.KEEP_BANK)
def download(form: str) -> Response:
    """The file. That it left the house, and how many questions, is in the trail."""
    actor = current_actor()
    within = browsing.within(actor.reach(Permission.KEEP_BANK))
    wanted, _chosen = _wanted(request.form)
    records = exporting.records(db.session, within, wanted)
    if not records:
        raise Refused("没有可以导出的题。")
    about = exporting.named(db.session, within, wanted) or _("题库")
    if form == sharing.NAME:
        data = sharing.package(db.session, within, wanted, office=actor.unit_name, title=about)
        ending, media_type = ".zip", "application/zip"
    else:
        require_some(records, form)
        data, ending = FORMATS[form].write(records), FORMATS[form].ending
        media_type = FORMATS[form].media_type
    questions = fitting(records, form)
    with db.writing() as session:
        exporting.note(session, actor, about, TITLES[form][0], questions, actor.unit_path)
    return send_file(
        io.BytesIO(data), mimetype=media_type, as_attachment=True, download_name=f"{about}{ending}"
    )
