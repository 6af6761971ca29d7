"""JSON of the common shapes that other systems give away, read as a whole file: some of it tells of the rest."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from studyhall.bank.answers import blanks_in, difficulty_of, kind_of, letters_of, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.html_words import mind_lost_pictures, words_of
from studyhall.bank.formats.json_keys import (
    Asked,
    asked,
    counts_truth_from_1,
    first_of_all,
    key_of,
    values_of,
    words_of_key,
)
from studyhall.bank.formats.json_rows import Row, rows_of
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.stem_marks import key_in_stem
from studyhall.bank.record import Fragment, Kind, Picture, Place
from studyhall.bank.settling import settle


def read(document: Any, file: str) -> Reading:
    reading = Reading("json", file=file)
    rows = rows_of(document)
    if not rows:
        reading.notes.append("这个 JSON 里没有找到试题。")
        return reading
    whole = _whole_of(rows)
    for number, row in enumerate(rows, 1):
        place = Place(file=file or None, row=number)
        draft = _draft(row, place, whole) if row.is_question else None
        if draft is None:
            words = json.dumps(row.fields.row, ensure_ascii=False)[:300]
            reading.fragments.append(Fragment(place, "没有题干。", words))
        else:
            reading.records.append(settle(draft))
    return reading


@dataclass(frozen=True)
class _Whole:
    """What only the whole file tells."""

    kinds: Mapping[str, Kind | None]
    """Kinds that are codes (001003), or words that other systems mean otherwise."""
    first: int | None
    """Where the numbers of options begin."""
    truth_from_1: bool
    long_scale: bool
    """Difficulties go beyond 3, so 3 is not the hardest."""


def _questions(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        yield from _questions(row.parts) if row.parts else [row]


def _whole_of(rows: Sequence[Row]) -> _Whole:
    every = [row for row in _questions(rows) if row.is_question]
    questions = [_asked(row, []) for row in every]
    first = first_of_all(questions)
    looks: dict[str, Counter[Kind | None]] = {}
    for row, question in zip(every, questions, strict=True):
        words = row.fields.words("kind")
        if words and (kind_of(words) is None or _means_any_choice(words)):
            looks.setdefault(words, Counter())[_looks_like(question, first)] += 1
    kinds = {code: counts.most_common(1)[0][0] for code, counts in looks.items()}
    kinds = {
        code: None if _means_any_choice(code) and kind is not Kind.MULTIPLE else kind
        for code, kind in kinds.items()
    }
    levels = [row.fields.words("difficulty") for row in every]
    return _Whole(
        kinds,
        first,
        counts_truth_from_1(questions),
        any(level.isdigit() and int(level) > 3 for level in levels),
    )


def _means_any_choice(words: str) -> bool:
    """`multiple choice` is in English any question with options."""
    return "multiple" in words.casefold() and "response" not in words.casefold()


def _looks_like(question: Asked, first: int | None) -> Kind | None:
    if question.is_judge:
        return Kind.JUDGE
    letters = letters_of(key_of(question, first).words) if question.choices else None
    if letters:
        return Kind.MULTIPLE if len(letters) > 1 else Kind.SINGLE
    return None


def _asked(row: Row, shown: list[Picture]) -> Asked:
    return asked(row.fields, *row.fields.options(shown))


def _draft(row: Row, place: Place, whole: _Whole) -> Draft | None:
    stem, pictures = words_of(row.fields.stem)
    if not stem:
        return None
    shown = list(pictures)
    question = _asked(row, shown)
    draft = Draft(
        stem=stem,
        place=place,
        kind=_kind(row, whole),
        options=[(choice.letter, choice.text) for choice in question.choices],
        source=json.dumps(row.fields.row, ensure_ascii=False)[:2000],
        rules=["json-row"],
        topics=tuple(filter(None, [row.fields.words("topic")])),
    )
    level = row.fields.words("difficulty")
    draft.difficulty = None if whole.long_scale and level.isdigit() else difficulty_of(level)
    if row.parts:
        draft.kind = Kind.CASE
        draft.parts = [part for one in row.parts if (part := _draft(one, place, whole))]
    elif question.choices:
        _take_choice(draft, question, whole)
    else:
        _take_words(draft, question, whole)
    draft.explanation = _explanation(question, shown)
    draft.pictures = tuple(shown)
    mind_lost_pictures(draft)
    if (
        not row.parts
        and not draft.answer
        and (found := key_in_stem(draft.stem, judge=draft.kind is Kind.JUDGE))
    ):
        draft.answer, draft.stem = found.words, found.stem
    return draft


def _kind(row: Row, whole: _Whole) -> Kind | None:
    words = row.fields.words("kind")
    if words in whole.kinds:
        found = whole.kinds[words]
    else:
        found = kind_of(words)
    if found is None:
        other = row.fields.words("kind-too")
        found = kind_of(other) if len(other) <= 8 else None
    if found is None and row.fields.value("several") is True:
        found = Kind.MULTIPLE
    above = kind_of(row.heading)
    return found or (above if above is not Kind.CASE else None)


def _take_choice(draft: Draft, question: Asked, whole: _Whole) -> None:
    told = key_of(question, whole.first)
    draft.answer = told.words
    if told.doubt:
        draft.doubt("answer-by-number", told.doubt)


def _take_words(draft: Draft, question: Asked, whole: _Whole) -> None:
    """A key without options: of a judge, of a fill, or a model answer."""
    if not question.said:
        return
    value = question.said[0]
    parts = values_of(value) if isinstance(value, list | dict) else [value]
    draft.answer = words_of_key([one for one in parts if not isinstance(one, list)])
    if isinstance(value, bool):
        draft.kind = draft.kind or Kind.JUDGE
    if draft.kind is Kind.JUDGE and whole.truth_from_1 and draft.answer in ("0", "1", "2"):
        draft.doubt("answer-by-number", f"判断题的答案写的是 {draft.answer}，看不出哪个数字是对。")
    is_fill = draft.kind is Kind.FILL or (draft.kind is None and "__" in draft.stem)
    if isinstance(value, list) and is_fill and value:
        _take_blanks(draft, value)
    elif draft.kind in (Kind.FILL, Kind.SHORT) or truth_of(draft.answer) is None:
        draft.answer = (
            "\n".join(words_of(line)[0] for line in [draft.answer]) if "<" in draft.answer else draft.answer
        )


def _take_blanks(draft: Draft, value: Sequence[Any]) -> None:
    """A list of as many as there are blanks has one for each; for one blank all of them count."""
    ways = [
        tuple(str(one).strip() for one in (blank if isinstance(blank, list) else [blank])) for blank in value
    ]
    blanks = blanks_in(draft.stem)
    if len(ways) == blanks:
        draft.blanks = tuple(ways)
    elif blanks == 1:
        draft.blanks = (tuple(dict.fromkeys(word for way in ways for word in way)),)
    elif len(ways) == 1 and len(ways[0]) == 1:
        draft.answer = ways[0][0]
    else:
        draft.answer = "；".join(word for way in ways for word in way)
        draft.doubt("blanks-differ", f"题干有 {blanks} 处空，答案有 {len(ways)} 个，看不出哪个填哪一空。")


def _explanation(question: Asked, shown: list[Picture]) -> str:
    """`solution` is the key where there is no other."""
    key = question.said[0] if question.said else None
    for _name, value in question.fields.values("explanation"):
        inside = (
            [one for one in value.values() if isinstance(one, str) and one]
            if isinstance(value, dict)
            else [value]
        )
        said = next(iter(inside), None)
        if isinstance(said, str | int | float) and said is not key:
            words, pictures = words_of(str(said), None, shown)
            shown += pictures
            return words
    return ""
