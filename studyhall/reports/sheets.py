"""The month as a workbook: the same records as on the page, numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import gettext as _

from studyhall.core.figures import share, tenths
from studyhall.core.filters import month as month_words
from studyhall.core.filters import whole_moment
from studyhall.core.tables import BarChart, Cell, Column, Sheet, Value
from studyhall.people.importing import CATEGORY_LABELS
from studyhall.people.roster import REASONS
from studyhall.reports.behind import Behind
from studyhall.reports.counts import Counts
from studyhall.reports.month import AssessmentMonth, MonthReport
from studyhall.reports.month_beside import Beside
from studyhall.reports.month_sessions import MonthSessions


def month_sheets(report: MonthReport, beside: Beside, *, names: bool) -> Iterator[Sheet]:
    """The figures, units and kinds of people of each assessment, the meetings; names for who may see them."""
    yield _figures(report, beside)
    for one in report.assessments:
        yield _units(report, one)
        if len(beside.by_category.get(one.assessment.id, {})) > 1:
            yield _categories(one, beside.by_category[one.assessment.id])
        if names and one.missing:
            yield _missing(one)
        if names and beside.exempt.get(one.assessment.id):
            yield _exempt(one, beside.exempt[one.assessment.id])
    if beside.sessions.sessions:
        yield _meetings(report, beside.sessions)


def _figures(report: MonthReport, beside: Beside) -> Sheet:
    rows = []
    for one in report.assessments:
        for figure in [*one.figures(), *one.figures_with_make_up()]:
            rule = figure.rule
            if figure.key.endswith(".with_make_up"):
                rule = _("含补考；%(rule)s", rule=rule)
            rows.append((one.title, figure.label, figure.value, figure.numerator, figure.denominator, rule))
        rows.append((one.title, _("平均分"), None, None, None, _mean_words(one)))
    before = month_words(report.month.plus(-1))
    for compared in beside.compared:
        for then, _now in compared.figures(report):
            rows.append((before, then.label, then.value, then.numerator, then.denominator, _("上月")))
    return Sheet(
        _("数字"),
        _("%(month)s学法月报　%(unit)s", month=month_words(report.month), unit=report.unit.name),
        [
            Column(_("测评"), width=22),
            Column(_("指标"), width=16),
            Column(_("百分比"), Cell.SHARE),
            Column(_("分子"), Cell.WHOLE, 8),
            Column(_("分母"), Cell.WHOLE, 8),
            Column(_("口径"), width=44),
        ],
        rows,
        notes=[_("统计截至%(moment)s。", moment=whole_moment(report.as_of))],
    )


def _mean_words(one: AssessmentMonth) -> str:
    mean = one.total.mean
    if mean is None:
        return _("没有人参加")
    return _("%(mean)s分，只算参加了的%(count)d人", mean=tenths(mean), count=one.total.took_part)


def _units(report: MonthReport, one: AssessmentMonth) -> Sheet:
    return Sheet(
        _("各单位"),
        _("%(title)s　各单位", title=one.title),
        [
            Column(_("单位"), width=22),
            Column(_("名册"), Cell.WHOLE, 7),
            Column(_("免考"), Cell.WHOLE, 7),
            Column(_("其中事后"), Cell.WHOLE, 9),
            *_count_columns(),
        ],
        [(row.label, *_counts(row.counts)) for row in one.rows],
        total=(_("合计"), *_counts(one.total)),
        notes=[_("没有参加的算不合格；平均分只算参加了的人。")],
        chart=BarChart(_("各单位参与率"), 0, 6),
    )


def _categories(one: AssessmentMonth, found: Mapping[str, Counts]) -> Sheet:
    return Sheet(
        _("各类人员"),
        _("%(title)s　各类人员", title=one.title),
        [
            Column(_("类别"), width=22),
            Column(_("免考"), Cell.WHOLE, 7),
            *_count_columns(),
        ],
        [
            (label, counts.exempt, *_of_those_due(counts))
            for key, label in CATEGORY_LABELS.items()
            if (counts := found.get(key)) is not None
        ],
    )


def _meetings(report: MonthReport, held: MonthSessions) -> Sheet:
    return Sheet(
        _("学习活动"),
        _("%(month)s学习活动　%(unit)s", month=month_words(report.month), unit=report.unit.name),
        [
            Column(_("日期"), Cell.DAY, 12),
            Column(_("内容"), width=36),
            Column(_("种类"), width=22),
            Column(_("应到"), Cell.WHOLE, 8),
            Column(_("出席"), Cell.WHOLE, 8),
            Column(_("请假"), Cell.WHOLE, 8),
            Column(_("缺席"), Cell.WHOLE, 8),
            Column(_("补学"), Cell.WHOLE, 8),
            Column(_("出勤率"), Cell.SHARE, 9),
        ],
        [
            (one.meeting.held_on, one.meeting.topic, one.kinds, one.due, one.present, one.leave, one.absent,
             one.made_up, share(one.present, one.due))
            for one in held.sessions
        ],
        total=(
            None, _("合计"), None, held.due, held.present, sum(one.leave for one in held.sessions),
            sum(one.absent for one in held.sessions), sum(one.made_up for one in held.sessions),
            share(held.present, held.due),
        ),
        notes=[_("请假算应到，补学不算出席。")],
    )  # fmt: skip


def _counts(counts: Counts) -> tuple[Value, ...]:
    return (counts.roster, counts.exempt, counts.exempt_after_close, *_of_those_due(counts))


def _of_those_due(counts: Counts) -> tuple[Value, ...]:
    """As `_count_columns` has them."""
    return (
        counts.due, counts.took_part, counts.participation, counts.passed, counts.pass_rate_due,
        counts.pass_rate_present, counts.excellent, counts.excellent_rate, counts.mean,
    )  # fmt: skip


def _count_columns() -> list[Column]:
    return [
        Column(_("应参加"), Cell.WHOLE, 8),
        Column(_("参加"), Cell.WHOLE, 7),
        Column(_("参与率"), Cell.SHARE, 9),
        Column(_("合格"), Cell.WHOLE, 7),
        Column(_("合格率（应考）"), Cell.SHARE, 11),
        Column(_("合格率（实考）"), Cell.SHARE, 11),
        Column(_("优秀"), Cell.WHOLE, 7),
        Column(_("优秀率"), Cell.SHARE, 9),
        Column(_("平均分"), Cell.MARKS, 8),
    ]


def _missing(one: AssessmentMonth) -> Sheet:
    return Sheet(
        _("没有参加"),
        _("%(title)s　没有参加的%(count)d人", title=one.title, count=len(one.missing)),
        [Column(_("单位"), width=22), Column(_("工号"), width=12), Column(_("姓名"), width=24)],
        [(absent.unit_name, absent.staff_no, absent.name) for absent in one.missing],
    )


def _exempt(one: AssessmentMonth, people: Sequence[Behind]) -> Sheet:
    return Sheet(
        _("免考"),
        _("%(title)s　免考%(count)d人", title=one.title, count=len(people)),
        [
            Column(_("单位"), width=22),
            Column(_("工号"), width=12),
            Column(_("姓名"), width=24),
            Column(_("事由"), width=12),
            Column(_("批准人"), width=12),
            Column(_("登记日期"), Cell.DAY, 12),
            Column(_("事后"), width=8),
        ],
        [
            (
                person.entry.unit_name, person.entry.staff_no, person.entry.name,
                REASONS.get(person.entry.reason_code or "", _("其他")), person.entry.approver,
                person.entry.decided_at, _("事后") if person.entry.after_close else None,
            )
            for person in people
        ],
    )  # fmt: skip
