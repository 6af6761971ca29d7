"""Stem and options of a question, and what of its key and kind stands among them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from studyhall.bank.answers import letters_of, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.blank_marks import keys_in_blanks
from studyhall.bank.formats.lines import joined
from studyhall.bank.formats.option_marks import BARE, STUCK, split_options
from studyhall.bank.formats.option_ticks import lone_truth, ticked, truth_lines
from studyhall.bank.formats.stem_marks import EMPTY, BracketKey, key_in_stem, tag_behind
from studyhall.bank.formats.text_answer import key_of
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
    few_brackets: bool = False
    """Keys stand in the brackets of few stems, so letters in brackets may be anything."""
    at_options: bool = False
    """Options are told to be right in words, so a lone 对 is half of two options."""
    kind: Kind | None = None
    truth_letters: dict[str, bool] | None = None
    wants_several: bool = False
    any_number: bool = False
    """不定项: one key or several."""
    topic: str = ""


def take_body(draft: Draft, lines: Sequence[str], late: Sequence[str], habits: Habits) -> None:
    """`lines` are the stem and its options, `late` what stood behind a key and belongs to nothing."""
    body = "\n".join(words.strip() for words in lines)
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
    _doubt_line_behind(draft, options, habits)
    draft.options = [(letter, joined(text.split("\n"), wrapped=habits.wrapped)) for letter, text in options]
    _take_ticks(draft)
    _take_key_behind(draft)
    draft.stem = joined(_without_truths(stem, draft, habits).split("\n"), wrapped=habits.wrapped)
    _take_tag_behind(draft)
    _take_bracket(draft, habits)
    if draft.kind is Kind.FILL and not draft.answer and not draft.options:
        keys_in_blanks(draft)
    if late:
        draft.doubt("text-left-over", f"答案后面有一段不知道是什么的文字：{' '.join(late)[:40]}")


def _doubt_line_behind(draft: Draft, options: Sequence[tuple[str, str]], habits: Habits) -> None:
    """More lines in the last option only, whose first is too short to have come to the margin."""
    if habits.wrapped or len(options) < 2 or any("\n" in text for _letter, text in options[:-1]):
        return
    first, _break, more = options[-1][1].partition("\n")
    if more and len(first) < 20:
        draft.doubt("text-left-over", f"选项 {options[-1][0]} 后面还有一行，可能不是选项：{more[:40]}")


def _take_ticks(draft: Draft) -> None:
    found = ticked(draft.options)
    if found is None:
        return
    draft.options = found.options
    draft.rules.append("key-at-option")
    if draft.answer:
        if key_of(draft.answer) != found.letters:
            draft.doubt("two-answers", f"选项旁标的是 {found.letters}，答案写的是 {draft.answer[:20]}。")
        return
    draft.answer = found.letters
    if not found.said:
        draft.doubt("key-at-option", f"选项旁打的勾当作答案了（{found.letters}），请核对。")


_BEHIND_OPTIONS = re.compile(r"(?:\s{2,}|　)[（(]\s*([A-HＡ-Ｈ]{1,8})\s*[）)]\s*$")


def _take_key_behind(draft: Draft) -> None:
    """D.丁村      （A）: far behind the last option; right behind a word it may belong to it."""
    found = _BEHIND_OPTIONS.search(draft.options[-1][1]) if len(draft.options) > 1 else None
    if found is None or draft.answer or not letters_of(found[1]):
        return
    letter, text = draft.options[-1]
    draft.options[-1] = letter, text[: found.start()]
    draft.answer = found[1]
    draft.rules.append("key-behind-options")


def _without_truths(stem: str, draft: Draft, habits: Habits) -> str:
    """对 and 错 below a statement are its options, though they have no letters."""
    if draft.kind not in (Kind.JUDGE, None) or draft.options:
        return stem
    found = truth_lines(stem)
    half = lone_truth(stem) if found is None and habits.at_options and not draft.answer else None
    if half:
        draft.doubt("option-lost", f"只有一个选项“{half[1]}”，另一个可能丢了。")
        return half[0]
    if found is None or (draft.kind is None and truth_of(draft.answer or found[1]) is None):
        return stem
    draft.answer = draft.answer or found[1]
    return found[0]


def _take_tag_behind(draft: Draft) -> None:
    """谁修渠？[单选题] * says the kind as well as one before the stem."""
    found = tag_behind(draft.stem)
    if found is None:
        return
    draft.stem = found.rest
    draft.rules.append("kind-label")
    draft.kind = found.kind or draft.kind


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


_LETTER_AT_END = re.compile(r"[（(]\s*([AB])\s*[）)]\s*[。.]?\s*$")
"""A judge's key where its heading or its options say what A and B mean."""


def _take_bracket(draft: Draft, habits: Habits) -> None:
    """A key in the stem. Where labels hold the keys, a bracket only confirms or contradicts."""
    judge = draft.kind is Kind.JUDGE
    found = key_in_stem(draft.stem, judge=judge, misread=True)
    says_letters = draft.truth_letters or draft.options
    if judge and says_letters and not draft.answer and (letter := _LETTER_AT_END.search(draft.stem)):
        found = BracketKey(letter[1], draft.stem[: letter.start()].strip())
    if found is None or (draft.kind in (Kind.FILL, Kind.SHORT) and letters_of(found.words) is None):
        return
    if not draft.answer:
        if habits.labels and not judge and letters_of(found.words) is not None:
            draft.doubt("no-label", f"别的题有“答案：”，这一题没有；括号里的“{found.words}”不敢当作答案。")
            return
        draft.answer, draft.stem = found.words, found.stem.removeprefix(EMPTY).strip()
        draft.rules.append("key-in-stem")
        if habits.few_brackets and not judge and letters_of(found.words) is not None:
            draft.doubt(
                "few-brackets", f"别的题括号里没有答案，这一题的“{found.words}”可能不是答案，请核对。"
            )
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
