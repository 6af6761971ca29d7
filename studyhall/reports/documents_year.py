"""The year as the JSON document that other programs read; the form is fixed in the contracts paper."""

from __future__ import annotations

from typing import Any

from studyhall.core import clock
from studyhall.core.figures import Figure
from studyhall.reports.year import YearReport


def year_document(report: YearReport) -> dict[str, Any]:
    return {
        "year": report.year,
        "unit": {"code": report.unit.code, "name": report.unit.name},
        "as_of": clock.local(report.scope.as_of).isoformat(timespec="seconds"),
        "figures": [_figure(figure) for figure in report.figures],
        "paragraph": report.paragraph.text,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    value = figure.value
    return {
        "key": figure.key,
        "label": figure.label,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "rate": None if value is None else float(value),
        "rule": figure.rule,
    }
