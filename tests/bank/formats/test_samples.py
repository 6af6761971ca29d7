"""The real files, where they are at hand: STUDYHALL_IMPORT_SAMPLES, else ../shared/import-samples."""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from studyhall.bank.counting import kind_counts, questions_in
from studyhall.bank.formats import read_file
from studyhall.bank.record import Kind, Record, State, normalised

CHECKOUT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("STUDYHALL_IMPORT_SAMPLES") or CHECKOUT.parent / "shared" / "import-samples")
EXPECTED: dict[str, Any] = (
    json.loads((FOLDER / "expected.json").read_text("utf-8")) if (FOLDER / "expected.json").exists() else {}
)

pytestmark = pytest.mark.skipif(not EXPECTED, reason="the import samples are not at hand")


@pytest.mark.parametrize("name", sorted(EXPECTED) or ["none"])
def test_a_sample_is_read_as_it_is(name: str) -> None:
    expected = EXPECTED[name]
    records = read_file(FOLDER / name).records
    questions = list(questions_in(records))
    counts = kind_counts(records)
    assert len(questions) in {expected["total"], *expected.get("total_accept", [])}
    wanted = {kind: expected.get(kind, 0) for kind in counts}
    assert any(wanted | other == counts for other in ({}, *expected.get("kinds_accept", [])))
    for sample in expected.get("samples", []):
        assert any(_is_sample(question, sample) for question in questions), sample
    _compare_letters(questions, expected)


def _is_sample(question: Record, sample: dict[str, Any]) -> bool:
    if normalised(sample["stem_starts"]) not in normalised(question.stem)[:80]:
        return False
    answer = sample["answer"]
    if answer is None or question.state is State.HELD:
        return True
    if question.kind is Kind.JUDGE:
        return question.answer is answer
    if question.kind is Kind.FILL and isinstance(question.answer, tuple):
        return all(word in blank for word, blank in zip(answer, question.answer, strict=True))
    return set(map(normalised, question.right_texts)) == set(map(normalised, answer))


def _compare_letters(questions: list[Record], expected: dict[str, Any]) -> None:
    """No letter more often than it is: of the singles, held ones may be missing."""
    found = Counter(
        key
        for question in questions
        if question.kind is Kind.SINGLE
        for key in (question.answer or ())  # type: ignore[union-attr]
    )
    for letter, count in expected.get("letters", {}).items():
        assert found[letter] <= count
