"""The month counted a second time: plain Python over raw rows, sharing no code with the reports.

Follows the domain paper, not the implementation: R the people whose membership counted on the opening day,
X exempt, D = R \\ X, A took part, P passed, E excellent.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

NOTHING = dict.fromkeys(("due", "exempt", "exempt_after_close", "took_part", "passed", "excellent"), 0)


def raw(session: Session, table: str, **where: object) -> list[dict[str, Any]]:
    condition = " AND ".join(f"{name} = :{name}" for name in where) or "1 = 1"
    rows = session.execute(sa.text(f"SELECT * FROM {table} WHERE {condition}"), where)
    return [dict(row) for row in rows.mappings()]


def on_the_roster(session: Session, day: str, root_path: str) -> dict[int, str]:
    """Person → path of the unit he counts in on that day; test accounts not."""
    units = {unit["id"]: unit["path"] for unit in raw(session, "unit")}
    found = {}
    for row in raw(session, "membership"):
        holds = str(row["starts_on"]) <= day and (row["ends_on"] is None or day < str(row["ends_on"]))
        path = units[row["unit_id"]]
        if holds and row["counts"] and row["category"] != "uncounted" and path.startswith(root_path):
            found[row["person_id"]] = path
    return found


def counted(session: Session, assessment: dict[str, Any], person: int) -> tuple[int, int] | None:
    """Score and full mark of the attempt that counts; None for somebody who did not take part."""
    runs = [
        run
        for run in raw(session, "attempt", assessment_id=assessment["id"], person_id=person)
        if run["handed_in_at"] is not None and run["answered"] > 0
    ]
    if not runs:
        return None
    runs.sort(key=lambda run: run["number"])
    if assessment["counting_rule"] == "first":
        run = runs[0]
    elif assessment["counting_rule"] == "last":
        run = runs[-1]
    else:
        run = max(
            runs, key=lambda run: (Fraction(run["score"], run["full"]), -run["seconds"], -run["number"])
        )
    return run["score"], run["full"]


def percent_of(mark: tuple[int, int]) -> Fraction:
    return Fraction(mark[0] * 100, mark[1])


def month_of(session: Session, assessment: dict[str, Any], day: str, unit_path: str) -> dict[str, Any]:
    """Counts and rates of one assessment in a unit and below, by direct child, and who is missing."""
    roster = on_the_roster(session, day, "")
    entries = {e["person_id"]: e for e in raw(session, "roster_entry", roster_id=assessment["roster_id"])}
    results = {r["person_id"]: r for r in raw(session, "result", assessment_id=assessment["id"])}
    assert set(entries) == set(results)
    depth = unit_path.count("/")
    total, by_child = Tally(assessment), defaultdict(lambda: Tally(assessment))
    final = Tally(assessment)
    missing = []
    for person, path in roster.items():
        if not path.startswith(unit_path) or person not in entries:
            continue
        entry = entries[person]
        main = counted(session, assessment, person)
        exempt = entry["state"] == "exempt" and main is None
        child = "/".join(path.split("/")[: depth + 1]) + "/" if path != unit_path else unit_path
        for tally in (total, by_child[child]):
            tally.add(exempt, bool(entry["after_close"]), main)
        final.add(exempt, bool(entry["after_close"]), with_make_up(assessment, main, results[person]))
        if not exempt and main is None:
            missing.append(entry["staff_no"])
    return {
        "total": total.document(),
        "final": final.document(),
        "units": {path: tally.document() for path, tally in by_child.items()},
        "missing": sorted(missing),
    }


def with_make_up(
    assessment: dict[str, Any], main: tuple[int, int] | None, result: dict[str, Any]
) -> tuple[int, int] | None:
    if result["make_up_score"] is None:
        return main
    score, full = result["make_up_score"], result["make_up_full"]
    if assessment["make_up_rule"] == "capped" and score * 100 >= assessment["pass_percent"] * full:
        score = -((-assessment["pass_percent"] * full) // 100)
    marks = [mark for mark in (main, (score, full)) if mark is not None]
    return max(marks, key=percent_of)


class Tally:
    def __init__(self, assessment: dict[str, Any]) -> None:
        self.marks = (assessment["pass_percent"], assessment["excellent_percent"])
        self.counts = dict(NOTHING)
        self.percents: list[Fraction] = []

    def add(self, exempt: bool, late: bool, mark: tuple[int, int] | None) -> None:
        if exempt:
            self.counts["exempt"] += 1
            self.counts["exempt_after_close"] += late
            return
        self.counts["due"] += 1
        if mark is None:
            return
        percent = percent_of(mark)
        self.percents.append(percent)
        self.counts["took_part"] += 1
        self.counts["passed"] += percent >= self.marks[0]
        self.counts["excellent"] += percent >= self.marks[1]

    def document(self) -> dict[str, Any]:
        due, took, passed = (self.counts[name] for name in ("due", "took_part", "passed"))
        return self.counts | {
            "participation": took / due if due else None,
            "pass_rate_due": passed / due if due else None,
            "pass_rate_present": passed / took if took else None,
            "excellent_rate": self.counts["excellent"] / took if took else None,
            "mean_score": float(sum(self.percents) / took) if took else None,
        }
