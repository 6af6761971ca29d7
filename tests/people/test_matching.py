"""Who on the sheet is who: sure matches settle, everything else is held for the clerk."""

from __future__ import annotations

import pytest

from studyhall.people.matching import Fate, Known, Line, settle

A, B, C = 1, 2, 3


def known(person_id: int, name: str, unit: int, no: str | None = None, **more: str) -> Known:
    fields = {"category": "village", "duty": "", "phone": ""} | more
    return Known(person_id, no or f"N{person_id}", name, unit, f"单位{unit}", **fields)


def line(row: int, name: str, unit: int | str, no: str = "", **more: str) -> Line:
    return Line(row, str(row), row, name, unit, f"单位{unit}", staff_no=no, guess="village", **more)


def kinds(fates: list[Fate]) -> list[str]:
    return [fate.kind for fate in fates]


CASES = {
    "a name nobody bears is new": ([line(1, "甲", A)], [], ["new"]),
    "same name, same unit": ([line(1, "甲", A)], [known(1, "甲", A)], ["same"]),
    "the sheet says more": ([line(1, "甲", A, duty="主任")], [known(1, "甲", A)], ["changed"]),
    "what the sheet leaves empty stays": (
        [line(1, "甲", A)], [known(1, "甲", A, duty="主任", phone="139")], ["same"],
    ),
    "a known name in another unit is held": ([line(1, "甲", B)], [known(1, "甲", A)], ["held"]),
    "a known number elsewhere is a transfer": ([line(1, "甲", B, "N1")], [known(1, "甲", A)], ["transferred"]),
    "a known number with another name is held": ([line(1, "乙", A, "N1")], [known(1, "甲", A)], ["held"]),
    "a new number for a known name is held": ([line(1, "甲", A, "X9")], [known(1, "甲", A)], ["held"]),
    "two new rows of one name are held": ([line(1, "甲", A), line(2, "甲", B)], [], ["held", "held"]),
    "namesakes each in their unit": (
        [line(1, "甲", A), line(2, "甲", B)], [known(1, "甲", A), known(2, "甲", B)], ["same", "same"],
    ),
    "namesakes in one unit, told apart by their duty": (
        [line(1, "甲", A, duty="会计"), line(2, "甲", A, duty="主任")],
        [known(1, "甲", A, duty="主任"), known(2, "甲", A, duty="会计")], ["same", "same"],
    ),
    "namesakes in one unit, one of them changed": (
        [line(1, "甲", A, duty="会计"), line(2, "甲", A, duty="书记")],
        [known(1, "甲", A, duty="主任"), known(2, "甲", A, duty="会计")], ["same", "changed"],
    ),
    "one known, two rows in his unit": (
        [line(1, "甲", A), line(2, "甲", A, duty="会计")], [known(1, "甲", A)], ["same", "held"],
    ),
    "two alike numbers are faults": ([line(1, "甲", A, "X1"), line(2, "乙", A, "X1")], [], ["fault", "fault"]),
    "a number of somebody not seen here": ([line(1, "甲", A, "Z9")], [], ["fault"]),
    "a row with a fault of its own": ([line(1, "甲", A, fault="没有写单位")], [], ["fault"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_the_fate_of_rows(case: str) -> None:
    lines, people, expected = CASES[case]
    fates, _missing = settle(lines, people, {}, frozenset({"Z9"}))
    assert kinds(fates) == expected


@pytest.mark.parametrize(
    ("said", "kind"), [("same:1", "transferred"), ("new", "new"), ("skip", "left_out"), ("same:99", "held")]
)
def test_what_the_clerk_says_settles_it(said: str, kind: str) -> None:
    fates, _missing = settle([line(1, "甲", B)], [known(1, "甲", A)], {1: said})
    assert kinds(fates) == [kind]


def test_two_rows_cannot_be_one_person() -> None:
    fates, _missing = settle(
        [line(1, "甲", B), line(2, "甲", C)], [known(1, "甲", A)], {1: "same:1", 2: "same:1"}
    )
    assert kinds(fates) == ["transferred", "held"]


def test_whom_the_sheet_does_not_name_is_missing_but_not_whom_a_held_row_may_mean() -> None:
    people = [known(1, "甲", A), known(2, "乙", A), known(3, "丙", A)]
    _fates, missing = settle([line(1, "甲", B), line(2, "乙", A)], people, {})
    assert [one.name for one in missing] == ["丙"]


def test_somebody_lent_is_where_he_is_lent() -> None:
    lent = Known(1, "N1", "甲", A, "单位1", "office", "", "", frozenset({B}))
    fates, _missing = settle([line(1, "甲", B)], [lent], {})
    assert fates[0].kind == "same"
