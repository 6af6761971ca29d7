"""The year counted once more, in plain Python over raw rows: shares no code and no query with the reports.

Written from the domain paper alone. Every table is read whole, as tuples; nothing is joined by the database.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

ZONE = ZoneInfo("Asia/Shanghai")


def table(session: Session, name: str) -> list[dict]:
    found = sa.Table(name, sa.MetaData(), autoload_with=session.connection())
    return [dict(row._mapping) for row in session.execute(sa.select(found))]


def moment(value: datetime | str) -> datetime:
    value = datetime.fromisoformat(value) if isinstance(value, str) else value
    return value.replace(tzinfo=ZoneInfo("UTC")) if value.tzinfo is None else value


def day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


class Count:
    def __init__(self, session: Session, year: int, unit_code: str, as_of: datetime) -> None:
        self.year, self.as_of = year, as_of
        self.tables = {
            name: table(session, name)
            for name in (
                "unit", "membership", "exemption", "roster_entry", "assessment", "result", "study_session",
                "session_series", "study_series", "attendance", "self_study",
            )
        }  # fmt: skip
        self.units = {row["id"]: row for row in self.tables["unit"]}
        self.unit = next(row for row in self.tables["unit"] if row["code"] == unit_code)
        self.entries = {row["id"]: row for row in self.tables["roster_entry"]}
        self.last = min(date(year, 12, 31), as_of.astimezone(ZONE).date())

    def inside(self, path: str) -> bool:
        return path.split("/")[: self.depth] == self.unit["path"].split("/")[: self.depth]

    @property
    def depth(self) -> int:
        return self.unit["path"].count("/")

    def year_roster(self) -> set[int]:
        found = set()
        for row in self.tables["membership"]:
            until = day(row["ends_on"])
            holds = day(row["starts_on"]) <= self.last and (until is None or self.last < until)
            counts = row["counts"] and row["category"] != "uncounted"
            if holds and counts and self.inside(self.units[row["unit_id"]]["path"]):
                found.add(row["person_id"])
        return {person for person in found if not self.exempt_all_year(person)}

    def exempt_all_year(self, person: int) -> bool:
        spans = [
            (day(row["starts_on"]), day(row["ends_on"]) or date.max)
            for row in self.tables["exemption"]
            if row["person_id"] == person and row["withdrawn_at"] is None
        ]
        one = date(self.year, 1, 1)
        while one <= date(self.year, 12, 31):
            if not any(first <= one < until for first, until in spans):
                return False
            one += timedelta(days=1)
        return True

    def events(self, kind: str) -> list[dict]:
        return [
            row
            for row in self.tables["assessment"]
            if row["kind"] == kind
            and row["counts_for_year"] == self.year
            and row["make_up_of"] is None
            and row["published_at"] is not None
            and row["withdrawn_at"] is None
            and moment(row["opens_at"]) <= self.as_of
        ]

    def results(self, event: dict) -> list[dict]:
        return [
            row
            for row in self.tables["result"]
            if row["assessment_id"] == event["id"]
            and self.inside(self.entries[row["roster_entry_id"]]["unit_path"])
        ]

    def meetings(self) -> list[dict]:
        found = []
        for row in self.tables["study_session"]:
            on = day(row["held_on"])
            if row["state"] == "held" and date(self.year, 1, 1) <= on <= self.last and self.expected(row):
                found.append(row)
        return found

    def expected(self, meeting: dict) -> list[dict]:
        return [
            entry
            for entry in self.entries.values()
            if entry["roster_id"] == meeting["roster_id"] and self.inside(entry["unit_path"])
        ]

    def marks(self, meeting: dict) -> list[dict]:
        mine = {entry["id"] for entry in self.expected(meeting)}
        return [
            row
            for row in self.tables["attendance"]
            if row["session_id"] == meeting["id"] and row["roster_entry_id"] in mine
        ]

    def series(self, meeting: dict) -> list[dict]:
        ids = {
            row["series_id"] for row in self.tables["session_series"] if row["session_id"] == meeting["id"]
        }
        return [row for row in self.tables["study_series"] if row["id"] in ids]

    def owned_above(self, series: dict) -> bool:
        """By this unit or one above it."""
        owner = self.units[series["owner_unit_id"]]["path"]
        return self.unit["path"].startswith(owner)

    def owned_below(self, series: dict) -> bool:
        return self.inside(self.units[series["owner_unit_id"]]["path"])

    def held(self, code: str) -> int | None:
        kept = [row for row in self.tables["study_series"] if row["code"] == code]
        above = [row for row in kept if self.owned_above(row)]
        if not above and any(self.owned_below(row) for row in kept):
            return None
        return sum(
            any(one["code"] == code and self.owned_above(one) for one in self.series(meeting))
            for meeting in self.meetings()
        )

    def nine_due(self) -> int | None:
        kept = [row for row in self.tables["study_series"] if row["code"] == "nine"]
        own = [row for row in kept if row["owner_unit_id"] == self.unit["id"]]
        if not own:
            return None if kept else 0
        count = 0
        for row in own:
            one = date(self.year, 1, 1)
            while one <= self.last:
                until = day(row["ends_on"])
                kept_then = day(row["starts_on"]) <= one and (until is None or one < until)
                count += one.day in row["rhythm_days"] and kept_then
                one += timedelta(days=1)
        return count

    def qualified(self) -> set[int]:
        """Anybody who came to, or made up, any held meeting of the year, or read by himself."""
        people = set()
        for meeting in self.tables["study_session"]:
            on = day(meeting["held_on"])
            if meeting["state"] != "held" or not date(self.year, 1, 1) <= on <= self.last:
                continue
            for row in self.tables["attendance"]:
                made_up = day(row["made_up_on"])
                if row["session_id"] == meeting["id"] and (
                    row["state"] == "present" or (made_up is not None and made_up <= self.last)
                ):
                    people.add(self.entries[row["roster_entry_id"]]["person_id"])
        for row in self.tables["self_study"]:
            if date(self.year, 1, 1) <= day(row["studied_on"]) <= self.last:
                people.add(row["person_id"])
        return people

    def took_part_once(self, column: str) -> set[int]:
        ids = {event["id"] for event in self.events("contest")}
        return {
            row["person_id"] for row in self.tables["result"] if row["assessment_id"] in ids and row[column]
        }

    def mean(self, column: str) -> Fraction | None:
        rates = []
        for month in range(1, 13):
            rows = [
                row
                for event in self.events("contest")
                if event["counts_for_month"] == month
                for row in self.results(event)
            ]
            due = sum(row["due"] for row in rows)
            if due:
                rates.append(Fraction(sum(row[column] for row in rows), due))
        return sum(rates, Fraction(0)) / len(rates) if rates else None

    def figures(self) -> dict[str, tuple[int | None, int | None, Fraction | None]]:
        """Numerator, denominator, rate by key; `.with_make_up` only where it differs."""
        found: dict[str, tuple[int | None, int | None, Fraction | None]] = {}

        def put(key: str, numerator: int, denominator: int) -> None:
            rate = Fraction(numerator, denominator) if denominator else None
            found[key] = (numerator, denominator, rate)

        for kind in ("exam", "contest"):
            rows = [row for event in self.events(kind) for row in self.results(event)]
            for ending, took, passed in (
                ("", "took_part", "passed"), (".with_make_up", "final_took_part", "final_passed"),
            ):  # fmt: skip
                due = sum(row["due"] for row in rows)
                put(f"{kind}.participation{ending}", sum(row[took] for row in rows), due)
                put(f"{kind}.pass.due{ending}", sum(row[passed] for row in rows), due)
                put(
                    f"{kind}.pass.present{ending}",
                    sum(row[passed] for row in rows),
                    sum(row[took] for row in rows),
                )
        roster = self.year_roster()
        for ending, took in (("", "took_part"), (".with_make_up", "final_took_part")):
            found[f"contest.participation.mean{ending}"] = (None, None, self.mean(took))
            put(f"contest.participation.ever{ending}", len(roster & self.took_part_once(took)), len(roster))
        for code in ("centre_group", "nine", "theory", "lecture"):
            found[f"study.sessions.{code}"] = (self.held(code), None, None)
        found["study.sessions.nine.due"] = (self.nine_due(), None, None)
        meetings = self.meetings()
        present = sum(row["state"] == "present" for m in meetings for row in self.marks(m))
        due = sum(entry["state"] == "due" for m in meetings for entry in self.expected(m))
        nine = sum(
            row["state"] == "present"
            for m in meetings
            if any(one["code"] == "nine" for one in self.series(m))
            for row in self.marks(m)
        )
        found["study.person_times"] = (present, None, None)
        found["study.person_times.nine"] = (nine, None, None)
        put("study.attendance", present, due)
        put("study.coverage", len(roster & self.qualified()), len(roster))
        read = [
            row
            for row in self.tables["self_study"]
            if self.inside(row["unit_path"]) and date(self.year, 1, 1) <= day(row["studied_on"]) <= self.last
        ]
        found["study.self_study"] = (len(read), None, None)
        return {
            key: value
            for key, value in found.items()
            if not key.endswith(".with_make_up") or value != found[key.removesuffix(".with_make_up")]
        }

    def month_sessions(self, month: int) -> list[tuple[int, ...]]:
        """Of each held meeting of the month, in order: due, present, leave, absent, made up."""
        found = []
        for meeting in self.meetings():
            if day(meeting["held_on"]).month != month:
                continue
            marks = self.marks(meeting)
            due = sum(entry["state"] == "due" for entry in self.expected(meeting))
            states = [sum(row["state"] == state for row in marks) for state in ("present", "leave", "absent")]
            made_up = sum(row["made_up_on"] is not None for row in marks)
            found.append((day(meeting["held_on"]), meeting["id"], (due, *states, made_up)))
        return [counts for _on, _id, counts in sorted(found)]

    def cells(self) -> dict[tuple[str, int], tuple[int, int]]:
        """Unit × month: took part and due, by the code of the direct child, or of the unit for its own."""
        children = {row["id"]: row for row in self.tables["unit"] if row["parent_id"] == self.unit["id"]}
        found: dict[tuple[str, int], tuple[int, int]] = {}
        for event in self.events("contest"):
            for row in self.results(event):
                path = self.entries[row["roster_entry_id"]]["unit_path"]
                inside = [one["code"] for one in children.values() if path.startswith(one["path"])]
                cell = (inside or [self.unit["code"]])[0], event["counts_for_month"]
                took, due = found.get(cell, (0, 0))
                found[cell] = took + bool(row["took_part"]), due + bool(row["due"])
        return found

    def month_rates(self, kind: str, month: int) -> tuple[int, ...]:
        """Due, exempt, took part, passed, excellent of all events of a kind in a month; main run."""
        rows = [
            row
            for event in self.events(kind)
            if event["counts_for_month"] == month
            for row in self.results(event)
        ]
        due = sum(bool(row["due"]) for row in rows)
        sums = (sum(bool(row[name]) for row in rows) for name in ("took_part", "passed", "excellent"))
        return (due, len(rows) - due, *sums)

    def categories(self, event: dict) -> dict[str, tuple[int, ...]]:
        """Due, took part, passed of one event, by the category on its roster."""
        found: dict[str, list[int]] = {}
        for row in self.results(event):
            sums = found.setdefault(self.entries[row["roster_entry_id"]]["category"], [0, 0, 0])
            for place, name in enumerate(("due", "took_part", "passed")):
                sums[place] += bool(row[name])
        return {category: tuple(sums) for category, sums in found.items()}
