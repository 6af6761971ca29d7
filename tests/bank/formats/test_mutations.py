"""A few spoilt files of each format; `benchmarks/spoilt_files.py` reads thousands, each in a child."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from studyhall.bank.carried import Carried
from studyhall.bank.formats import Refused, read_bytes
from studyhall.bank.formats.summary import summary
from tests.bank.formats.mutations import SECRET, mutated, samples

SAMPLES = samples()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_spoilt_file_is_read_or_refused_and_nothing_else(name: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    dice = random.Random(name)
    before = set(tmp_path.parent.rglob("*"))
    for _time in range(25):
        data = mutated(dice, SAMPLES[name], list(SAMPLES.values()), str(secret))
        try:
            reading = read_bytes(data, name)
        except Refused as refused:
            assert str(refused)
            continue
        except RecursionError:
            continue  # the child says that it is nested too deep
        told = json.dumps(
            [summary(reading, questions=True), Carried.of(reading).to_lines()], ensure_ascii=False
        )
        assert SECRET not in told
        assert Carried.from_lines(json.loads(told)[1]) == Carried.of(reading)
    assert set(tmp_path.parent.rglob("*")) == before
