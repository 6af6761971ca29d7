"""What an admin has to do, the most urgent first: each with why and the one button that begins it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.admin import queries as admin
from studyhall.bank import amended, batches, faults, reading_jobs
from studyhall.bank import queries as bank
from studyhall.core import clock, doubt
from studyhall.core.access import Actor, Permission, Reach
from studyhall.core.filters import days_left, moment, without_year
from studyhall.core.filters import month as month_words
from studyhall.core.periods import Month
from studyhall.home.study_tasks import study_tasks
from studyhall.home.task import Task
from studyhall.people import corrections
from studyhall.people import queries as people
from studyhall.people.models import Unit
from studyhall.practice import proposals
from studyhall.quizzes import queries as quizzes
from studyhall.quizzes.models import AssessmentKind
from studyhall.quizzes.queries import Tally
from studyhall.reports.month import AssessmentMonth, assessment_month

NAMED = 3
"""How many units a line names before it says how many more there are."""


def tasks(session: Session, actor: Actor, now: datetime) -> list[Task]:
    """Empty when nothing waits."""
    reach = actor.reach(Permission.SET_PAPERS)
    unit = people.top_unit(session, reach)
    if unit is None:
        return []
    tallies = quizzes.kept(session, reach)
    found = _clock(session)
    found += _missing(session, unit, tallies, now)
    found += _unset(tallies, now)
    found += _without_questions(session, unit)
    found += _drafts(tallies, now)
    found += study_tasks(session, actor, unit, now)
    found += _about_questions(session, actor)
    found += _corrections(session, actor)
    waiting = admin.feedback_waiting(session, actor.reach(Permission.READ_FEEDBACK))
    if waiting:
        found.append(
            Task(
                "message",
                _("%(count)d条意见反馈没有答复", count=waiting),
                _("写的人还在等"),
                _("看看，答复"),
                url_for("admin.received"),
            )
        )
    return found


def _clock(session: Session) -> list[Task]:
    """Before all else: while the server's clock is in doubt no paper is closed by itself."""
    if not doubt.is_known(session):
        return []
    return [
        Task(
            "clock",
            _("服务器的时间可能不对"),
            _("核对以前，到时间的试卷先不自动交。答案照样保存"),
            _("核对时间"),
            url_for("admin.clock_page"),
            is_open=True,
        )
    ]


def _corrections(session: Session, actor: Actor) -> list[Task]:
    count = corrections.waiting(session, actor.reach(Permission.KEEP_PEOPLE))
    if not count:
        return []
    what = _("%(count)d处干部说记录有错", count=count)
    return [Task("pencil", what, _("要求更正的人还在等答复"), _("看看，答复"), url_for("people.corrections"))]


def _about_questions(session: Session, actor: Actor) -> list[Task]:
    """Questions said to be wrong, files read and not yet landed, questions proposed by cadres."""
    reach = actor.reach(Permission.KEEP_BANK)
    found = []
    if wrong := faults.count_waiting(session, reach):
        found.append(
            Task(
                "flag",
                _("%(count)d道题有人反映有误", count=wrong),
                _("处理以前不再抽到，反映的人还在等"),
                _("处理"),
                url_for("faults.index"),
            )
        )
    if behind := amended.count_waiting(session, reach):
        found.append(
            Task(
                "book",
                _("法律改了，%(count)d道题要看", count=behind),
                _("看过以前不再抽到"),
                _("去看"),
                url_for("amendments.index"),
            )
        )
    found += _files(session, reach)
    if proposed := proposals.count_waiting(session, reach):
        found.append(
            Task(
                "pencil",
                _("干部出了%(count)d道题", count=proposed),
                _("采用以后进题库，先当草稿"),
                _("看看"),
                url_for("practice.proposals"),
            )
        )
    return found


def _files(session: Session, reach: Reach) -> list[Task]:
    """Files that are being read, and files read that nobody has landed yet."""
    found = []
    if reading := reading_jobs.unfinished(session, reach):
        running = reading_jobs.is_running(reading[0], clock.now())
        found.append(
            Task(
                "clock" if running else "mind",
                _("正在读导入的文件") if running else _("导入的文件没有读完"),
                reading[0].file_name,
                _("看读到哪里") if running else _("去看看"),
                url_for("imports.reading", job_id=reading[0].id),
            )
        )
    if unfinished := batches.open_batches(session, reach):
        found.append(
            Task(
                "stack",
                _("%(count)d个导入的文件还没有入库", count=len(unfinished)),
                unfinished[0].file_name,
                _("核对"),
                url_for("imports.show", batch_id=unfinished[0].id),
            )
        )
    return found


def _missing(session: Session, unit: Unit, tallies: Sequence[Tally], now: datetime) -> list[Task]:
    """Open contests and exams in which somebody is missing, the one that ends first on top."""
    open_now = [t for t in tallies if t.assessment.is_open(now) and t.took_part < t.due]
    found = []
    for tally in sorted(open_now, key=lambda t: t.assessment.closes_at):
        assessment = tally.assessment
        one = assessment_month(session, assessment, unit, now)
        if not one.missing:
            continue
        found.append(
            Task(
                "people",
                _("%(title)s还差%(count)d人", title=without_year(assessment.title), count=len(one.missing)),
                _(
                    "%(until)s截止，%(left)s。%(units)s",
                    until=moment(assessment.closes_at),
                    left=days_left(assessment.closes_at),
                    units=_units_named(one),
                ),
                _("看名单，提醒"),
                url_for("quizzes.live_page", assessment_id=assessment.id),
                is_open=True,
            )
        )
    return found


def _units_named(one: AssessmentMonth) -> str:
    groups = one.missing_by_unit
    told = "、".join(
        _("%(unit)s%(count)d人", unit=group.row.name, count=len(group.people)) for group in groups[:NAMED]
    )
    rest = groups[NAMED:]
    if rest:
        people_left = sum(len(group.people) for group in rest)
        told += _("，另%(units)d个单位%(count)d人", units=len(rest), count=people_left)
    return told


def _unset(tallies: Sequence[Tally], now: datetime) -> list[Task]:
    """This month's contest, and the next month's, as far as nobody has begun to set them."""
    this = Month.of(clock.day_of(now))
    contests = [t.assessment for t in tallies if t.assessment.kind == AssessmentKind.CONTEST]
    months = {one.counts_for for one in contests if one.withdrawn_at is None and one.make_up_of is None}
    if not contests:
        why = _("题目、时间、谁参加，一页填完")
        return [
            Task(
                "paper",
                _("还没有出过月月赛"),
                why,
                _("出第一次月月赛"),
                url_for("quizzes.new"),
                is_a_first_step=True,
            )
        ]
    return [
        Task(
            "paper",
            without_year(_("%(month)s月月赛还没有设置", month=month_words(month))),
            _("照上一次的规则填好了，改需要改的"),
            _("设置"),
            url_for("quizzes.new", month=month),
        )
        for month in (this, this.plus(1))
        if month not in months
    ]


def _without_questions(session: Session, unit: Unit) -> list[Task]:
    if bank.stock(session, unit.path) or "bank.index" not in current_app.view_functions:
        return []
    return [
        Task(
            "stack",
            _("题库里还没有试题"),
            _("没有题，出不了月月赛"),
            _("去题库"),
            url_for("bank.index"),
            is_a_first_step=True,
        )
    ]


DRAFTS_AHEAD = timedelta(days=31)
"""A draft of the year's twelve that opens later than this is nothing to do yet."""


def _drafts(tallies: Sequence[Tally], now: datetime) -> list[Task]:
    until = now + DRAFTS_AHEAD
    drafts = [
        t.assessment for t in tallies if t.assessment.published_at is None and t.assessment.opens_at <= until
    ]
    return [
        Task(
            "pencil",
            _("%(title)s是草稿，还没有发布", title=without_year(draft.title)),
            _("%(moment)s开始", moment=moment(draft.opens_at)),
            _("看看，发布"),
            url_for("quizzes.show", assessment_id=draft.id),
        )
        for draft in sorted(drafts, key=lambda one: one.opens_at)
    ]
