"""One piece of text as one question: stem, options, key, explanation, each by the rule that found it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from studyhall.bank.answers import difficulty_of, kind_of, letters_of, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.blank_marks import keys_in_blanks
from studyhall.bank.formats.lines import joined
from studyhall.bank.formats.option_marks import BARE, STUCK, split_options
from studyhall.bank.formats.stem_marks import EMPTY, key_in_stem, tag_of
from studyhall.bank.formats.text_cut import Item, Piece
from studyhall.bank.formats.text_doubts import doubts_of
from studyhall.bank.formats.text_rules import BARE_KEY
from studyhall.bank.record import KEYS, Kind


@dataclass
class Habits:
    """What the whole file does, found before any question is read."""

    wrapped: bool = False
    """Lines end where the page ended."""
    usual: int = 4
    """So many options most questions have."""
    labels: bool = False
    """Keys stand behind labels, so letters in brackets are words of the stem."""
    kind: Kind | None = None
    truth_letters: dict[str, bool] | None = None
    wants_several: bool = False
    any_number: bool = False
    """不定项: one key or several."""
    topic: str = ""


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
        rules=[f"number-{piece.rule}"],
        topics=tuple(filter(None, (habits.topic, fields.meta.get("知识点", "")))),
        difficulty=difficulty_of(next((v for k, v in fields.meta.items() if k.startswith("难")), "")),
        explanation=joined(fields.explanation, wrapped=habits.wrapped),
    )
    if fields.meta.get("题型"):
        draft.kind = kind_of(fields.meta["题型"]) or draft.kind
    _take_tag(draft, fields)
    _take_answer(draft, fields, habits)
    _take_body(draft, fields, habits)
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


def _take_answer(draft: Draft, fields: _Fields, habits: Habits) -> None:
    given = [words for words in fields.answers if words]
    if not given:
        return
    first, *others = given
    draft.rules.append("answer-label")
    head, explanation = _cut_explanation(first)
    draft.answer = joined(head.split("\n"), wrapped=habits.wrapped)
    if explanation:
        draft.explanation = joined([explanation, draft.explanation], wrapped=False)
    for other in others:
        if _key(other) != _key(head):
            draft.doubt("two-answers", f"写了两个答案：{_key(head)[:20]} 和 {_key(other)[:20]}。")


def _cut_explanation(words: str) -> tuple[str, str]:
    match = re.search(r"\s*[【（(]?(?:答案)?解析\s*[】）)]?\s*[:：]|【(?:答案)?解析】", words)
    if match and match.start():
        return words[: match.start()].strip(), words[match.end() :].strip()
    return words, ""


def _key(words: str) -> str:
    letters = letters_of(words)
    return "".join(letters) if letters else " ".join(words.split())


def _take_body(draft: Draft, fields: _Fields, habits: Habits) -> None:
    body = "\n".join(words.strip() for words in fields.body)
    split = split_options(body)
    stem, options = split.stem, split.options
    if split.again:
        draft.doubt("two-sets-of-options", "选项 A 出现了两次，可能两道题连在了一起。")
    if len(options) >= 2:
        draft.rules.append("options-bare" if split.weakest == BARE else "options")
    if split.weakest == STUCK:
        draft.doubt("stuck-option", "选项 A 和题干连在一起，没有分隔，请核对。")
    if not options:
        stem, options = _unlettered_options(stem, draft, habits)
    elif not habits.wrapped:
        options = _missing_letters(options, draft, habits)
    draft.options = [(letter, joined(text.split("\n"), wrapped=habits.wrapped)) for letter, text in options]
    draft.stem = joined(stem.split("\n"), wrapped=habits.wrapped)
    _take_bracket(draft, habits)
    if draft.kind is Kind.FILL and not draft.answer and not draft.options:
        keys_in_blanks(draft)
    if fields.late:
        draft.doubt("text-left-over", f"答案后面有一段不知道是什么的文字：{' '.join(fields.late)[:40]}")


def _unlettered_options(stem: str, draft: Draft, habits: Habits) -> tuple[str, list[tuple[str, str]]]:
    """A choice whose options have no letters: Word kept them as automatic numbers, or nobody typed them."""
    lines = stem.split("\n")
    letters = letters_of(draft.answer)
    choice = (
        draft.kind in (Kind.SINGLE, Kind.MULTIPLE, None)
        and not habits.wrapped
        and truth_of(draft.answer) is None
    )
    if not choice or not letters or not 3 <= len(lines) <= 8 or KEYS.index(letters[-1]) >= len(lines) - 1:
        return stem, []
    draft.doubt(
        "options-without-letters", f"选项没有字母，按先后排成了 A 到 {KEYS[len(lines) - 2]}，请核对。"
    )
    texts = [re.sub(rf"^{KEYS[place]}(?=[^A-Za-z])\s*", "", text) for place, text in enumerate(lines[1:])]
    return lines[0], list(zip(KEYS, texts, strict=False))


def _missing_letters(
    options: Sequence[tuple[str, str]], draft: Draft, habits: Habits
) -> list[tuple[str, str]]:
    """A line of its own behind the last option, in a file whose lines are whole: an option without letter."""
    *others, (letter, text) = options
    first, *more = text.split("\n")
    if not more or not letters_of(draft.answer):
        return list(options)
    if len(options) >= habits.usual:
        return [*others, (letter, joined(text.split("\n"), wrapped=True))]
    draft.doubt("options-without-letters", f"选项 {letter} 后面有一行没有字母，请核对选项。")
    place = len(options)
    return [*others, (letter, first), *((KEYS[place + n], line) for n, line in enumerate(more[:6]))]


def _take_bracket(draft: Draft, habits: Habits) -> None:
    """A key in the stem. Where labels hold the keys, a bracket only confirms or contradicts."""
    judge = draft.kind is Kind.JUDGE
    found = key_in_stem(draft.stem, judge=judge, misread=True)
    if found is None or (draft.kind in (Kind.FILL, Kind.SHORT) and letters_of(found.words) is None):
        return
    if not draft.answer:
        if habits.labels and not judge and letters_of(found.words) is not None:
            draft.doubt("no-label", f"别的题有“答案：”，这一题没有；括号里的“{found.words}”不敢当作答案。")
            return
        draft.answer, draft.stem = found.words, found.stem.removeprefix(EMPTY).strip()
        draft.rules.append("key-in-stem")
        if found.found > 1:
            draft.doubt("two-answers", "题干里有几个括号写了不同的答案。")
    elif _same_key(found.words, draft.answer):
        draft.stem = found.stem
    elif not re.search(r"[,，、.]", found.words) and _names_options(found.words, draft):
        draft.doubt("two-answers", f"题干括号里是 {found.words}，答案写的是 {draft.answer[:20]}。")


def _same_key(one: str, other: str) -> bool:
    if letters_of(one) is not None and truth_of(one) is None:
        return letters_of(one) == letters_of(other)
    truth = truth_of(one)
    return truth is not None and truth == truth_of(other)


def _names_options(words: str, draft: Draft) -> bool:
    if draft.kind is Kind.JUDGE:
        return truth_of(words) is not None and truth_of(draft.answer) is not None
    letters = letters_of(words)
    return letters is not None and set(letters) <= {letter for letter, _text in draft.options}
