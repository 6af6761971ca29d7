"""Write, read, the same: every format with words that break formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from studyhall.bank.counting import questions_in
from studyhall.bank.formats import package, read_bytes
from studyhall.bank.formats.materials import flat
from studyhall.bank.formats.writing import FORMATS
from studyhall.bank.record import Kind, Record, State, lettered, normalised
from tests.bank.formats import nasty
from tests.bank.formats.nasty import kept

some = settings(
    max_examples=25,
    # Making a failing bank small takes minutes: the words are long. Run with STUDYHALL_TEST_EXPLORE=1 for others.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def back(bank: Sequence[Record], name: str) -> list[Record]:
    return read_bytes(FORMATS[name].write(bank), f"题库{FORMATS[name].ending}").records


def in_fills(record: Record, old: str, new: str) -> Record:
    answer = record.answer
    if record.kind is Kind.FILL and isinstance(answer, tuple):
        answer = tuple(tuple(word.replace(old, new) for word in blank) for blank in answer)
    return replace(record, answer=answer, parts=tuple(in_fills(part, old, new) for part in record.parts))


@pytest.mark.parametrize("name", ["json", "qti", "moodle"])
@given(bank=nasty.banks())
@some
def test_nothing_is_lost(name: str, bank: list[Record]) -> None:
    assert [kept(record) for record in back(bank, name)] == [kept(record) for record in bank]


@given(bank=nasty.banks())
@some
def test_a_package_loses_nothing(bank: list[Record]) -> None:
    data = package.write(bank, package.About("题库", "清水镇", "2026-05-01"))
    assert [kept(record) for record in read_bytes(data, "题库包.zip").records] == [
        kept(record) for record in bank
    ]


@given(bank=nasty.banks(pictures=False))
@some
def test_gift_loses_nothing_but_pictures(bank: list[Record]) -> None:
    """An arrow in an answer to be typed would make a matching of it."""
    wanted = [in_fills(record, "->", "-＞") for record in bank]
    assert [kept(record) for record in back(bank, "gift")] == [kept(record) for record in wanted]


@given(bank=nasty.banks(pictures=False))
@some
def test_the_template_holds_all_but_pictures_and_editions(bank: list[Record]) -> None:
    def held(record: Record) -> Record:
        plain = in_fills(replace(record, edition=""), "||", "｜｜")
        if not record.parts:
            return plain
        return replace(plain, id="", law="", cites=(), parts=tuple(map(held, plain.parts)))

    found = [replace(one, law="") if one.parts else one for one in back(bank, "xlsx")]
    assert [kept(record) for record in found] == [kept(held(record)) for record in bank]


@given(bank=nasty.banks(pictures=False))
@some
def test_aiken_holds_the_single_choices(bank: list[Record]) -> None:
    def seen(record: Record) -> list[str]:
        texts = (record.stem, *record.right_texts, *(option.text for option in record.options))
        return [normalised(words) for words in texts]

    singles = [record for record, _tags in flat(bank) if record.kind is Kind.SINGLE]
    assert [seen(record) for record in (back(bank, "aiken") if singles else [])] == list(map(seen, singles))


@given(bank=nasty.banks(pictures=False))
@some
def test_no_key_comes_back_from_word_wrong(bank: list[Record]) -> None:
    """Words that look like an option or a key may hold a question; they never change what is right."""
    right = {
        normalised(one.stem): one for one in questions_in(bank) if one.kind in (Kind.SINGLE, Kind.MULTIPLE)
    }
    for record in questions_in(back(bank, "docx")):
        wanted = right.get(normalised(record.stem))
        if wanted and record.state is State.READY and len(record.options) == len(wanted.options):
            assert set(map(normalised, record.right_texts)) == set(map(normalised, wanted.right_texts))


def test_what_no_eye_sees_breaks_nothing() -> None:
    words = "一\x00二\x0b三\x1f四\u200f五\ufffe六\u2028七\r\n八\ud7ff九\U0001f468\u200d\U0001f469"
    bank = [
        Record(Kind.SINGLE, words, lettered([f"甲{words}", f"乙{words}"]), ("B",), words, id="q-1"),
        Record(Kind.FILL, f"{words}____", answer=((f"丙{words.replace(chr(10), '')}",),), id="q-2"),
        Record(Kind.SHORT, f"丁{words}", answer=words, id="q-3"),
    ]
    for name in FORMATS:
        found = back(bank, name)
        assert len(found) == (1 if name == "aiken" else 3), name
        assert "三四五六" in found[0].stem and "\U0001f468\u200d\U0001f469" in found[0].stem
