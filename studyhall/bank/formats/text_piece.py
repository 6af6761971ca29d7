"""One piece of text as one question: stem, options, key, explanation, each by the rule that found it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from studyhall.bank.answers import difficulty_of, kind_of, letters_of, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.lines import joined, runs_of
from studyhall.bank.formats.option_marks import split_options
from studyhall.bank.formats.stem_marks import tag_of
from studyhall.bank.formats.text_answer import take_answer
from studyhall.bank.formats.text_body import Habits, take_body
from studyhall.bank.formats.text_cut import Item, Piece
from studyhall.bank.formats.text_doubts import doubts_of
from studyhall.bank.formats.text_rules import BARE_KEY


@dataclass
class _Fields:
    body: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    """Text behind a key that belongs to nothing."""
    meta: dict[str, str] = field(default_factory=dict)
    key_first: bool = False
    """The key stood before the options, so text behind them runs on in the last option."""
    options_seen: bool = False
    looked_at: int = 0


def draft_of(piece: Piece, habits: Habits) -> Draft | None:
    """None where there is no stem: the piece is no question."""
    fields = _fields(piece, habits)
    body = list(fields.body)
    if not any(words.strip() for words in fields.body):
        return None
    first = piece.items[0].line
    draft = Draft(
        stem="",
        place=first.place,
        kind=habits.kind,
        number=piece.number,
        truth_letters=habits.truth_letters,
        wants_several=habits.wants_several,
        any_number=habits.any_number,
        misread=True,
        source="\n".join(item.text for item in piece.items if item.mark.rule != "separator"),
        pictures=tuple(picture for item in piece.items for picture in item.line.pictures),
        runs=runs_of(item.line for item in piece.items),
        rules=[f"number-{piece.rule}"],
        topics=tuple(filter(None, (habits.topic, fields.meta.get("知识点", "")))),
        difficulty=difficulty_of(next((v for k, v in fields.meta.items() if k.startswith("难")), "")),
        law=fields.meta.get("所属法律", "").strip().strip("《》"),
        cites=tuple(filter(None, re.split(r"\s*[；;]\s*", fields.meta.get("引用条文", "").strip()))),
        explanation=joined(fields.explanation, wrapped=habits.wrapped),
    )
    if fields.meta.get("题型"):
        draft.kind = kind_of(fields.meta["题型"]) or draft.kind
    _take_tag(draft, fields)
    take_answer(draft, fields.answers, wrapped=habits.wrapped)
    take_body(draft, fields.body, fields.late, habits)
    _compare_numbers(draft, piece)
    if not draft.stem:
        return None
    draft.doubts += doubts_of(draft, piece, body)
    return draft


def _fields(piece: Piece, habits: Habits) -> _Fields:
    """Line by line; what a line without a mark belongs to depends on the one before."""
    fields = _Fields()
    state = "body"
    has_label = any(item.labelled for item in piece.items)
    for place, item in enumerate(piece.items):
        rule = item.mark.rule
        words = piece.rest if place == 0 else item.text
        if place == 0 and (rule == "text" or piece.number is not None):
            if words.strip():
                fields.body.append(words)
        elif rule == "answer" and state == "explanation" and fields.answers:
            fields.explanation.append(item.text)
        elif rule == "answer":
            fields.key_first = not _has_options(fields)
            fields.answers.append(_unbracketed(item.mark.rest))
            state = "after" if _is_plain_key(item.mark.rest) else "answer"
        elif rule == "explanation":
            fields.explanation.append(item.mark.rest)
            state = "explanation"
        elif rule == "meta":
            fields.meta[item.mark.name] = item.mark.rest
            state = "after" if state != "body" else state
        else:
            state = _unmarked(fields, item, state, has_label=has_label)
    return fields


def _unmarked(fields: _Fields, item: Item, state: str, *, has_label: bool) -> str:
    """Options and bare text."""
    words = item.text
    if state == "answer" and item.mark.rule == "option" and not fields.answers[-1]:
        state = "after"
    if state == "explanation" and item.first_option and not _has_options(fields):
        state = "after"
    if state == "body" and not has_label and _has_options(fields) and BARE_KEY.match(words):
        fields.answers.append(words)
        return "after"
    if state == "body" or (state == "after" and (item.mark.rule == "option" or not _has_options(fields))):
        fields.body.append(words)
        return "body" if state == "body" else "after"
    if state == "after" and fields.body and _has_options(fields) and not fields.explanation:
        wanted = fields.body if fields.key_first else fields.late
        wanted.append(words)
        return state
    if state == "answer":
        fields.answers[-1] = f"{fields.answers[-1]}\n{words}".strip()
    elif state == "explanation":
        fields.explanation.append(words)
    else:
        fields.late.append(words)
    return state


def _has_options(fields: _Fields) -> bool:
    """Asked at every line: once found they stay found, and only lines with a capital are looked at again."""
    if not fields.options_seen and len(fields.body) != fields.looked_at:
        new = fields.body[fields.looked_at :]
        fields.looked_at = len(fields.body)
        if any(re.search(r"[B-LＢ-Ｌ]", words) for words in new):
            fields.options_seen = len(split_options("\n".join(fields.body[-60:])).options) >= 2
    return fields.options_seen


def _is_plain_key(words: str) -> bool:
    words = _unbracketed(words)
    return bool(words) and (letters_of(words) is not None or truth_of(words) is not None)


def _unbracketed(words: str) -> str:
    return (
        re.sub(r"[】\]）)]\s*$", "", words).strip() if not re.search(r"[【\[（(]", words) else words.strip()
    )


def _compare_numbers(draft: Draft, piece: Piece) -> None:
    """第2题答案：B below the first question is another's."""
    for item in piece.items if piece.number else ():
        said = re.search(r"\d+", item.mark.name) if item.labelled else None
        if said and int(said[0]) != piece.number:
            draft.doubt("numbers-differ", f"答案写明是第 {said[0]} 题的，这是第 {piece.number} 题。")


def _take_tag(draft: Draft, fields: _Fields) -> None:
    """[单选] before or behind the number."""
    for place, words in enumerate(fields.body[:1]):
        tag = tag_of(words)
        if tag:
            draft.kind = tag.kind
            draft.rules.append("kind-label")
            fields.body[place] = tag.rest
    tagged = tag_of(draft.source)
    if tagged and re.match(r"\s*\d", tagged.rest):
        draft.kind = tagged.kind
        draft.rules.append("kind-label")
