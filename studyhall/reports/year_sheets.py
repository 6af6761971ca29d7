"""The year as a workbook: the same records as on the page, numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext as _

from studyhall.core.filters import moment
from studyhall.core.tables import BarChart, Cell, Column, Sheet, Value
from studyhall.reports.year import Uncovered, YearReport
from studyhall.reports.year_months import MONTHS, Row, YearMonths
from studyhall.study.calendar import Fate


def year_sheets(
    report: YearReport, months: YearMonths, *, uncovered: Sequence[Uncovered] = ()
) -> Iterator[Sheet]:
    """The figures, unit × month, what does not fit, and, for those who may see them, the uncovered."""
    yield _figures(report)
    yield _months(report, months)
    yield _units(report, months)
    if report.series:
        yield _due_days(report)
    if report.contradictions:
        yield Sheet(
            _("要核对的"), _("要核对的"), [Column(_("说明"), width=90), Column(_("到哪里改"), width=20)],
            [(one.words, one.act) for one in report.contradictions],
        )  # fmt: skip
    if uncovered:
        yield Sheet(
            _("没有学法记录的人"),
            _("%(year)s年没有学法记录的人", year=report.year),
            [Column(_("工号"), width=12), Column(_("姓名"), width=20), Column(_("单位"), width=24)],
            [(one.staff_no, one.name, one.unit_name) for one in uncovered],
        )


def _title(report: YearReport) -> str:
    return _("%(year)s年度学法报告　%(unit)s", year=report.year, unit=report.unit.name)


def _figures(report: YearReport) -> Sheet:
    rows: list[tuple[Value, ...]] = [
        (figure.label, figure.value, figure.numerator, figure.denominator, figure.rule)
        for figure in report.figures
    ]
    return Sheet(
        _("数字"),
        _title(report),
        [
            Column(_("指标"), width=30),
            Column(_("百分比"), Cell.SHARE),
            Column(_("分子或次数"), Cell.WHOLE, 12),
            Column(_("分母"), Cell.WHOLE, 8),
            Column(_("口径"), width=70),
        ],
        rows,
        notes=[_("统计截至%(moment)s。", moment=moment(report.scope.as_of)), report.paragraph.text],
    )


def _months(report: YearReport, months: YearMonths) -> Sheet:
    rows: list[tuple[Value, ...]] = [
        (_("%(month)d月", month=month), cell.took_part, cell.due, cell.rate) for month, cell in months.known
    ]
    total = months.total.total
    return Sheet(
        _("各月"),
        _("月月赛每月参与率，%(year)s年", year=report.year),
        [
            Column(_("月份")),
            Column(_("参加"), Cell.WHOLE),
            Column(_("应参加"), Cell.WHOLE),
            Column(_("参与率"), Cell.SHARE),
        ],
        rows,
        total=(_("全年"), total.took_part, total.due, total.rate),
        chart=BarChart(_("月月赛每月参与率"), names=0, values=3),
    )


def _units(report: YearReport, months: YearMonths) -> Sheet:
    heads = [
        column
        for month in MONTHS
        for column in (
            Column(_("%(month)d月参加", month=month), Cell.WHOLE, 8),
            Column(_("%(month)d月应参加", month=month), Cell.WHOLE, 9),
        )
    ]
    return Sheet(
        _("单位和月份"),
        _("各单位每月参加月月赛，%(year)s年", year=report.year),
        [
            Column(_("单位"), width=24),
            *heads,
            Column(_("全年参加"), Cell.WHOLE),
            Column(_("全年应参加"), Cell.WHOLE),
            Column(_("全年参与率"), Cell.SHARE),
        ],
        [_unit_row(row.label, row) for row in months.rows],
        total=_unit_row(_("合计"), months.total),
        notes=[_("没有应参加的人写—。")],
    )


_FATES = {
    Fate.HELD: "办了",
    Fate.MOVED: "改期办了",
    Fate.MERGED: "并入",
    Fate.CANCELLED: "取消",
    Fate.PLANNED: "已安排",
    Fate.OPEN: "没写明",
    Fate.COMING: "还没到",
}


def _due_days(report: YearReport) -> Sheet:
    """Every due day of each series with what became of it: how 28 of 35 explains itself."""
    return Sheet(
        _("应办的日子"),
        _("%(year)s年应办的学习活动　%(unit)s", year=report.year, unit=report.unit.name),
        [
            Column(_("种类"), width=18),
            Column(_("应办日期"), Cell.DAY, 12),
            Column(_("结果"), width=10),
            Column(_("实际日期"), Cell.DAY, 12),
            Column(_("出席"), Cell.WHOLE, 8),
            Column(_("原因"), width=44),
        ],
        [
            (
                one.series.name, day.day, _FATES[day.fate],
                day.entered.held_on if day.entered and day.entered.state == "held" else None,
                day.entered.present if day.entered and day.entered.state == "held" else None,
                day.entered.reason if day.entered else None,
            )
            for one in report.series
            for day in one.calendar.days
        ],
    )  # fmt: skip


def _unit_row(name: str, row: Row) -> tuple[Value, ...]:
    cells: list[Value] = []
    for cell in row.months:
        cells += [cell.took_part, cell.due] if cell.due else [None, None]
    return (name, *cells, row.total.took_part, row.total.due, row.total.rate)
