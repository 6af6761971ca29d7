"""The monthly 通报 as Word: what was held, rates by unit, names on an annex page that can be left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO

from flask_babel import gettext as _

from studyhall.core.figures import marks_text, percent
from studyhall.core.filters import day, moment
from studyhall.core.filters import month as month_words
from studyhall.people.roster import REASONS
from studyhall.quizzes.models import AssessmentKind
from studyhall.reports.behind import Behind
from studyhall.reports.counts import Counts
from studyhall.reports.month import AssessmentMonth, MonthReport
from studyhall.reports.word import Paper


def month_word(
    report: MonthReport, exempt: Mapping[int, Sequence[Behind]], *, names: bool, opening: str = ""
) -> IO[bytes]:
    """`exempt`: the exempt of each assessment, by its id; `opening`: the clerk's own words, first of all."""
    paper = Paper(
        _("%(month)s学法测评情况通报", month=month_words(report.month)),
        _("%(unit)s　统计截至%(moment)s", unit=report.unit.name, moment=moment(report.as_of)),
    )
    for line in opening.splitlines():
        if line.strip():
            paper.text(line.strip())
    if not report.assessments:
        paper.text(_("本月没有测评。"))
    for one in report.assessments:
        paper.head(one.assessment.title)
        paper.text(_summary(one))
        paper.table(
            _heads(one), [_row(row.name, row.counts) for row in one.rows] + [_row(_("合计"), one.total)]
        )
    paper.text(
        _("口径：参与率＝参加÷应参加；合格率（应考）＝合格÷应参加，没有参加的算不合格；"
          "合格率（实考）＝合格÷参加；优秀率＝优秀÷参加；平均分只算参加的人。"),
        small=True,
    )  # fmt: skip
    paper.sign()
    if names:
        _annex(paper, report, exempt)
    return paper.file()


def _summary(one: AssessmentMonth) -> str:
    counts, assessment = one.total, one.assessment
    words = _(
        "%(title)s于%(opens)s至%(closes)s举行%(open)s。名册%(roster)d人，免%(exempt)d人，应参加%(due)d人；"
        "参加%(took)d人，%(word)s%(rate)s（%(took)d/%(due)d）；合格%(passed)d人，"
        "合格率（应考）%(pass_due)s（%(passed)d/%(due)d）、合格率（实考）%(pass_present)s（%(passed)d/%(took)d）；"
        "优秀%(excellent)d人，优秀率%(best)s（%(excellent)d/%(took)d）；平均分%(mean)s（实考）。",
        title=assessment.title, opens=day(assessment.opens_at), closes=day(assessment.closes_at),
        open=_("，还在进行") if one.is_open else "", roster=counts.roster, exempt=counts.exempt,
        due=counts.due,
        took=counts.took_part, word=_("参与率") if assessment.kind == AssessmentKind.CONTEST else _("参考率"),
        rate=percent(counts.participation), passed=counts.passed, pass_due=percent(counts.pass_rate_due),
        pass_present=percent(counts.pass_rate_present), excellent=counts.excellent,
        best=percent(counts.excellent_rate), mean=_mean(counts),
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
        percent(counts.pass_rate_due), str(counts.excellent), _mean(counts),
    ]  # fmt: skip


def _mean(counts: Counts) -> str:
    if counts.mean is None:
        return "—"
    return marks_text(counts.mean.numerator, counts.mean.denominator * 100)


def _annex(paper: Paper, report: MonthReport, exempt: Mapping[int, Sequence[Behind]]) -> None:
    listed = [one for one in report.assessments if one.missing or exempt.get(one.assessment.id)]
    if not listed:
        return
    paper.new_page()
    paper.head(_("附件：没有参加和免考的人"))
    for one in listed:
        if one.missing:
            by_unit = "；".join(
                f"{group.row.name}：{'、'.join(p.name for p in group.people)}"
                for group in one.missing_by_unit
            )
            paper.text(
                _("%(title)s没有参加的%(count)d人：%(names)s。",
                  title=one.assessment.title, count=len(one.missing), names=by_unit)
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
                  title=one.assessment.title, count=len(people), names=named)
            )  # fmt: skip
