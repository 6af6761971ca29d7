"""The monthly 通报 as Word: what was held, rates by unit, names on an annex page that can be left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO

from flask_babel import gettext as _

from studyhall.core.figures import percent, share, tenths
from studyhall.core.filters import day, moment
from studyhall.core.filters import month as month_words
from studyhall.people.roster import REASONS
from studyhall.quizzes.models import AssessmentKind
from studyhall.reports.behind import Behind
from studyhall.reports.counts import Counts
from studyhall.reports.month import AssessmentMonth, MonthReport
from studyhall.reports.month_beside import Beside, Compared
from studyhall.reports.month_sessions import MonthSessions
from studyhall.reports.word import Paper


def default_opening(report: MonthReport) -> str:
    """What most of them begin with; the clerk may write something else."""
    return _("现将%(month)s学法情况通报如下。", month=month_words(report.month))


def month_word(
    report: MonthReport, beside: Beside, *, names: bool, opening: str = "", closing: str = ""
) -> IO[bytes]:
    """`opening` and `closing`: the clerk's own words, before and after what the figures say."""
    paper = Paper(
        _("%(month)s学法情况通报", month=month_words(report.month)),
        _("%(unit)s　统计截至%(moment)s", unit=report.unit.name, moment=moment(report.as_of)),
    )
    _own_words(paper, opening)
    if not report.assessments:
        paper.text(_("本月没有测评。"))
    for one in report.assessments:
        paper.head(one.title)
        paper.text(_summary(one))
        paper.table(
            _heads(one),
            [_row(row.label, row.counts) for row in one.rows] + [_row(_("合计"), one.total)],
            widths=(20, 8, 8, 10, 8, 12, 8, 9),
        )
    for compared in beside.compared:
        paper.text(_against_before(report, compared))
    _meetings(paper, beside.sessions)
    _own_words(paper, closing)
    paper.text(
        _("口径：参与率＝参加÷应参加；合格率（应考）＝合格÷应参加，没有参加的算不合格；"
          "合格率（实考）＝合格÷参加；优秀率＝优秀÷参加；平均分只算参加的人。"),
        small=True,
    )  # fmt: skip
    paper.sign()
    if names:
        _annex(paper, report, beside.exempt)
    return paper.file()


def _own_words(paper: Paper, words: str) -> None:
    for line in words.splitlines():
        if line.strip():
            paper.text(line.strip())


def _against_before(report: MonthReport, compared: Compared) -> str:
    """上月…：the same rates of the month before, with what they were made of."""
    told = "、".join(
        f"{then.label}{percent(then.value)}（{then.numerator}/{then.denominator}）"
        for then, _now in compared.figures(report)
    )
    return _("上月（%(month)s）%(told)s。", month=month_words(report.month.plus(-1)), told=told)


def _meetings(paper: Paper, held: MonthSessions) -> None:
    if not held.sessions:
        return
    paper.head(_("学习活动"))
    paper.text(
        _("本月办学习活动%(count)d场，出席%(present)d人次，出勤率%(rate)s（%(present)d/%(due)d人次，"
          "请假算应到，补学另算）。",
          count=len(held.sessions), present=held.present, due=held.due,
          rate=percent(share(held.present, held.due)))
    )  # fmt: skip
    paper.table(
        [_("内容"), _("种类"), _("日期"), _("应到"), _("出席"), _("请假"), _("缺席"), _("补学")],
        [
            [one.meeting.topic, one.kinds, day(one.meeting.held_on), str(one.due), str(one.present),
             str(one.leave), str(one.absent), str(one.made_up)]
            for one in held.sessions
        ],
        widths=(21, 13, 14, 7, 7, 7, 7, 7),
        words=(0, 1),
    )  # fmt: skip


def _summary(one: AssessmentMonth) -> str:
    counts, assessment = one.total, one.assessment
    words = _(
        "%(title)s于%(opens)s至%(closes)s举行%(open)s。名册%(roster)d人，免%(exempt)d人%(late)s，应参加%(due)d人；"
        "参加%(took)d人，%(word)s%(rate)s（%(took)d/%(due)d）；合格%(passed)d人，"
        "合格率（应考）%(pass_due)s（%(passed)d/%(due)d）、合格率（实考）%(pass_present)s（%(passed)d/%(took)d）；"
        "优秀%(excellent)d人，优秀率%(best)s（%(excellent)d/%(took)d）；平均分%(mean)s（实考）。",
        title=one.title, opens=day(assessment.opens_at), closes=day(assessment.closes_at),
        open=_("，还在进行") if one.is_open else "", roster=counts.roster, exempt=counts.exempt,
        late=_("（其中事后%(count)d人）", count=counts.exempt_after_close) if counts.exempt_after_close else "",
        due=counts.due,
        took=counts.took_part, word=_("参与率") if assessment.kind == AssessmentKind.CONTEST else _("参考率"),
        rate=percent(counts.participation), passed=counts.passed, pass_due=percent(counts.pass_rate_due),
        pass_present=percent(counts.pass_rate_present), excellent=counts.excellent,
        best=percent(counts.excellent_rate), mean=tenths(counts.mean),
    )  # fmt: skip
    if one.with_make_up is not None:
        final = one.with_make_up
        words += _(
            "含补考，合格%(passed)d人，合格率（应考）%(rate)s（%(passed)d/%(due)d）。",
            passed=final.passed, rate=percent(final.pass_rate_due), due=final.due,
        )  # fmt: skip
    return words


def _heads(one: AssessmentMonth) -> list[str]:
    rate = _("参与率") if one.assessment.kind == AssessmentKind.CONTEST else _("参考率")
    return [_("单位"), _("应参加"), _("参加"), rate, _("合格"), _("合格率（应考）"), _("优秀"), _("平均分")]


def _row(name: str, counts: Counts) -> list[str]:
    return [
        name, str(counts.due), str(counts.took_part), percent(counts.participation), str(counts.passed),
        percent(counts.pass_rate_due), str(counts.excellent), tenths(counts.mean),
    ]  # fmt: skip


def _annex(paper: Paper, report: MonthReport, exempt: Mapping[int, Sequence[Behind]]) -> None:
    listed = [one for one in report.assessments if one.missing or exempt.get(one.assessment.id)]
    if not listed:
        return
    paper.new_page()
    paper.head(_("附件：没有参加和免考的人"))
    for one in listed:
        if one.missing:
            by_unit = "；".join(
                f"{group.row.label}：{'、'.join(p.name for p in group.people)}"
                for group in one.missing_by_unit
            )
            paper.text(
                _("%(title)s没有参加的%(count)d人：%(names)s。",
                  title=one.title, count=len(one.missing), names=by_unit)
            )  # fmt: skip
        if exempt.get(one.assessment.id):
            people = exempt[one.assessment.id]
            named = "、".join(
                f"{p.entry.name}（{REASONS.get(p.entry.reason_code or '', _('其他'))}"
                f"{_('，事后') if p.entry.after_close else ''}）"
                for p in people
            )
            paper.text(
                _("%(title)s免考的%(count)d人：%(names)s。",
                  title=one.title, count=len(people), names=named)
            )  # fmt: skip
