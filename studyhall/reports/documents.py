"""The reports as the JSON documents that other programs read; the form is fixed in the contracts paper."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from studyhall.core import clock
from studyhall.reports.counts import Counts
from studyhall.reports.month import AssessmentMonth, MonthReport


def month_document(report: MonthReport) -> dict[str, Any]:
    return {
        "month": str(report.month),
        "unit": {"code": report.unit.code, "name": report.unit.name},
        "as_of": _moment(report.as_of),
        "assessments": [_assessment(one) for one in report.assessments],
    }


def _assessment(one: AssessmentMonth) -> dict[str, Any]:
    assessment = one.assessment
    return {
        "id": assessment.id,
        "title": assessment.title,
        "kind": assessment.kind,
        "status": "open" if one.is_open else "closed",
        "opens": _moment(assessment.opens_at),
        "closes": _moment(assessment.closes_at),
        **_counts(one.total),
        "with_make_up": _counts(one.with_make_up) if one.with_make_up else None,
        "units": [{"code": row.code, "name": row.name, **_counts(row.counts)} for row in one.rows],
        "missing": [
            {
                "staff_no": absent.staff_no,
                "name": absent.name,
                "unit": {"code": absent.unit_code, "name": absent.unit_name},
            }
            for absent in one.missing
        ],
    }


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "due": counts.due,
        "exempt": counts.exempt,
        "exempt_after_close": counts.exempt_after_close,
        "took_part": counts.took_part,
        "passed": counts.passed,
        "excellent": counts.excellent,
        "participation": _rate(counts.participation),
        "pass_rate_due": _rate(counts.pass_rate_due),
        "pass_rate_present": _rate(counts.pass_rate_present),
        "excellent_rate": _rate(counts.excellent_rate),
        "mean_score": _rate(counts.mean),
    }


def _rate(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _moment(moment: datetime) -> str:
    return clock.local(moment).isoformat(timespec="seconds")
