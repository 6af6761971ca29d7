"""Due days and what became of them; the roll when two call it at once."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyhall.study.attendance import Mark, reconcile
from studyhall.study.calendar import Entered, Fate, due_days, explained, nearest_due

NINES = (9, 19, 29)
LONG_AGO = date(2020, 1, 1)
PRESENT, LEAVE, ABSENT = Mark("present"), Mark("leave", "private"), Mark("absent")


@pytest.mark.parametrize(("year", "count"), [(2025, 35), (2028, 36), (2100, 35), (2000, 36)])
def test_nine_falls_due_35_times_and_36_in_a_leap_year(year: int, count: int) -> None:
    assert len(due_days("month_days", NINES, year, date(1999, 1, 1))) == count


def test_a_series_is_due_only_while_it_is_kept() -> None:
    days = due_days("month_days", NINES, 2025, date(2025, 3, 19), date(2025, 4, 19))
    assert days == [date(2025, 3, 19), date(2025, 3, 29), date(2025, 4, 9)]


def test_tuesdays_quarters_and_never() -> None:
    assert {day.isoweekday() for day in due_days("weekday", (2,), 2025, LONG_AGO)} == {2}
    assert len(due_days("quarter", (), 2025, LONG_AGO)) == 4
    assert due_days("none", (), 2025, LONG_AGO) == []


def test_every_due_day_has_its_fate() -> None:
    days = due_days("month_days", NINES, 2025, LONG_AGO)[:6]
    entered = {
        days[0]: Entered(1, "held", days[0]),
        days[1]: Entered(2, "held", date(2025, 1, 20)),
        days[2]: Entered(3, "merged", days[2], "并入主题党日"),
        days[3]: Entered(4, "cancelled", days[3], "防汛"),
        days[5]: Entered(5, "planned", days[5]),
    }
    found = explained(days, entered, date(2025, 3, 1))
    assert [one.fate for one in found.days] == [
        Fate.HELD, Fate.MOVED, Fate.MERGED, Fate.CANCELLED, Fate.OPEN, Fate.PLANNED,
    ]  # fmt: skip
    assert found.due == 5


def test_today_is_not_yet_missed() -> None:
    days = [date(2025, 3, 9)]
    assert explained(days, {}, days[0]).days[0].fate is Fate.COMING
    assert explained(days, {}, date(2025, 3, 10)).days[0].fate is Fate.OPEN


def test_any_day_of_a_quarter_stands_for_it() -> None:
    quarters = due_days("quarter", (), 2025, LONG_AGO)
    assert nearest_due(date(2025, 5, 12), quarters, "quarter") == date(2025, 6, 30)
    held = explained(
        quarters, {quarters[1]: Entered(1, "held", date(2025, 5, 12))}, date(2025, 12, 31), quarterly=True
    )
    assert held.days[1].fate is Fate.HELD


def test_two_who_call_at_once_both_keep_their_marks() -> None:
    seen = {1: PRESENT, 2: PRESENT}
    first = reconcile(seen, {1: LEAVE, 2: PRESENT}, {1: PRESENT, 2: PRESENT})
    second = reconcile(seen, {1: PRESENT, 2: ABSENT}, {1: LEAVE, 2: PRESENT})
    assert first.changes == {1: LEAVE} and second.changes == {2: ABSENT} and not second.clashes


def test_where_both_changed_one_person_the_first_stands_and_is_told() -> None:
    found = reconcile({1: PRESENT}, {1: ABSENT}, {1: LEAVE})
    assert found.clashes == (1,) and not found.changes


def test_two_first_rolls_at_once_agree_on_who_is_present() -> None:
    found = reconcile({1: None, 2: None}, {1: PRESENT, 2: LEAVE}, {1: PRESENT, 2: PRESENT})
    assert found.clashes == (2,) and not found.changes


marks = st.sampled_from([PRESENT, LEAVE, ABSENT])
rolls = st.dictionaries(st.integers(1, 5), marks)


@given(seen=rolls, mine=rolls, standing=rolls)
def test_nothing_somebody_else_said_is_overwritten(seen, mine, standing) -> None:
    found = reconcile(seen, mine, standing)
    for entry, mark in found.changes.items():
        assert mine[entry] == mark and standing.get(entry) in (None, seen.get(entry))
    for entry in found.clashes:
        assert standing[entry] not in (seen.get(entry), mine[entry])


@pytest.mark.parametrize("bad", [("late", None), ("present", "sick"), ("leave", "disease")])
def test_a_forged_mark_is_refused(bad: tuple[str, str | None]) -> None:
    with pytest.raises(ValueError, match="is no"):
        Mark(*bad)
