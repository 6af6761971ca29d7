"""Months as the reports count them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyhall.core.periods import Month

months = st.builds(Month, st.integers(1900, 2100), st.integers(1, 12))


@given(months)
def test_a_month_reads_back_what_it_writes(month: Month) -> None:
    assert Month.parse(str(month)) == month


@given(months)
def test_first_and_last_day_belong_to_it_and_their_neighbours_do_not(month: Month) -> None:
    assert Month.of(month.first) == Month.of(month.last) == month
    assert Month.of(month.first - timedelta(days=1)) == month.plus(-1)
    assert Month.of(month.last + timedelta(days=1)) == month.plus(1)


@given(months, st.integers(-500, 500))
def test_forth_and_back_is_where_one_was(month: Month, steps: int) -> None:
    assert month.plus(steps).plus(-steps) == month


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_day_lies_between_first_and_last_of_its_month(day: date) -> None:
    assert Month.of(day).first <= day <= Month.of(day).last


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "26-01", "2026/01", "", "2026-01-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)
