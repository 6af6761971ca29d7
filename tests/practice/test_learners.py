"""A year of simulated learners: five a day by forgetting beats random drawing and a fixed order."""

from __future__ import annotations

from statistics import mean

import pytest

from benchmarks.practice import STRATEGIES, a_year


@pytest.mark.slow
def test_after_a_year_more_is_known_than_by_random_or_fixed_order() -> None:
    known = {
        strategy: mean(a_year(strategy, articles=80, seed=seed, days=180).known for seed in range(3))
        for strategy in STRATEGIES
    }
    assert known["forgetting"] > known["random"]
    assert known["forgetting"] > known["order"]
    assert known["forgetting"] > 0.85


@pytest.mark.slow
def test_a_month_away_is_made_up_for() -> None:
    away = range(90, 120)
    with_holiday = mean(a_year("forgetting", 60, seed, days=180, away=away).known for seed in range(2))
    without = mean(a_year("forgetting", 60, seed, days=180).known for seed in range(2))
    assert without - with_holiday < 0.05
