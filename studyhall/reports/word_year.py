"""The year as a Word document: the paragraph, the figures with their rules, names on an annex page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from flask_babel import gettext as _

from studyhall.core.figures import Figure, percent
from studyhall.core.filters import moment
from studyhall.reports.word import Paper
from studyhall.reports.year import Uncovered, YearReport


def year_word(report: YearReport, *, uncovered: Sequence[Uncovered] = (), opening: str = "") -> IO[bytes]:
    """`uncovered`: for those who may see names. `opening`: words of the clerk's own before the paragraph.

    The figures are never his to change.
    """
    paper = Paper(
        _("%(year)s年度学法情况", year=report.year),
        _("%(unit)s　统计截至%(moment)s", unit=report.unit.name, moment=moment(report.scope.as_of)),
    )
    paper.head(_("一、总体情况"))
    for line in opening.splitlines():
        if line.strip():
            paper.text(line.strip())
    paper.text(report.paragraph.text)
    paper.head(_("二、各项数字"))
    paper.table(
        [_("指标"), _("数字"), _("分子/分母"), _("口径")],
        [[figure.label, *figure_words(figure), figure.rule] for figure in report.figures],
        widths=(10, 4, 6, 17),
        words=(0, 3),
    )
    paper.sign()
    if uncovered:
        paper.new_page()
        paper.head(_("附件：没有学法记录的%(count)d人", count=len(uncovered)))
        paper.table(
            [_("单位"), _("姓名"), _("工号")],
            [[one.unit_name, one.name, one.staff_no] for one in uncovered],
            widths=(2, 2, 1),
            words=(0, 1, 2),
        )
    return paper.file()


def figure_words(figure: Figure) -> tuple[str, str]:
    """The value, and numerator over denominator where there are two."""
    if figure.denominator is None and figure.rate is None:
        return (str(figure.numerator) if figure.numerator is not None else "—", "")
    parts = f"{figure.numerator}/{figure.denominator}" if figure.denominator is not None else ""
    return percent(figure.value), parts
