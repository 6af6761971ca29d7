"""The key of a choice question: as letters, as the words of options, as both; never by a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyhall.bank.answers import letters_of, numbers_of, truth_of
from studyhall.bank.drafts import Draft, Settled, range_of, shortened
from studyhall.bank.record import KEYS, KIND_NAMES, Finding, Kind, Option, normalised

_SEVERAL = re.compile(
    r"[（(\[【]\s*(?:多选|不定项|双选|选[二两三四五2-5][项个]|多项选择)[^）)\]】]{0,8}[）)\]】]"
)
_ONE = re.compile(r"[（(\[【]\s*(?:单选|选[一1][项个]|选择一项|单项选择)[^）)\]】]{0,4}[）)\]】]")
_EITHER = re.compile(r"[A-LＡ-Ｌ]\s*[/／]\s*[A-LＡ-Ｌ]")
"""B/C under no heading that says 多选."""


def choice(draft: Draft) -> Settled:
    options, doubts = _options(draft)
    keys, key_doubts = _keys(draft, options)
    doubts += key_doubts
    kind = _choice_kind(draft, keys, doubts)
    letters = [letter for letter, _text in options]
    answer = tuple(sorted([KEYS[letters.index(letter)] for letter in keys])) if keys else None
    texts = [text for _letter, text in options]
    return Settled(kind, tuple(map(Option, KEYS, texts)), answer, tuple(doubts))


def _options(draft: Draft) -> tuple[list[tuple[str, str]], list[Finding]]:
    """Options with the letter each is called by, empty ones at the end left out."""
    doubts = []
    options = [
        (letter or KEYS[place], text.strip()) for place, (letter, text) in enumerate(draft.options[:26])
    ]
    while options and not options[-1][1]:
        options.pop()
    if len(options) < 2 and not any(doubt.rule == "undivided" for doubt in draft.doubts):
        doubts.append(Finding("no-options", "没有找到选项。" if not options else "只有一个选项。"))
    empty = [letter for letter, text in options if not text]
    if empty:
        doubts.append(Finding("empty-option", f"选项 {'、'.join(empty)} 是空的。"))
    letters = [letter for letter, _text in options]
    if len(set(letters)) != len(letters):
        doubts.append(
            Finding("doubled-letter", f"选项字母有重复：{''.join(letters)}，可能是两题的选项连在一起。")
        )
        options = [(KEYS[place], text) for place, (_letter, text) in enumerate(options)]
    elif letters != list(KEYS[: len(letters)]):
        doubts.append(Finding("letters-out-of-order", f"选项字母不是从 A 起按顺序排的：{''.join(letters)}。"))
    doubts += _alike(options)
    return options, doubts


def _alike(options: Sequence[tuple[str, str]]) -> list[Finding]:
    closed_up = ["".join(text.split()) for _letter, text in options]
    if len(set(closed_up)) == len(closed_up):
        return []
    seen: dict[str, str] = {}
    found = []
    for (letter, _text), words in zip(options, closed_up, strict=True):
        if words and words in seen:
            found.append(Finding("options-alike", f"选项 {seen[words]} 和 {letter} 一样。"))
        seen.setdefault(words, letter)
    return found


def _keys(draft: Draft, options: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], list[Finding]]:
    """The letters the answer names: as letters, as the words of options, as both together or as places."""
    words = draft.answer.strip()
    if not words:
        return (), draft.no_answer()
    if letters_of(words) is None and (said := _SAID.match(words)):
        words = said[1]
    if not options:
        return (), [Finding("no-options", f"答案是“{shortened(words)}”，但没有选项。")]
    named = [letter for letter, _text in options]
    letters = letters_of(words)
    told = by_text(words, options) if letters is None or _might_be_words(words, options) else ()
    if letters is not None and not (told and not set(letters) <= set(named)):
        if told and told != letters:
            return letters, [Finding("two-readings", f"答案“{words}”既可以是选项字母，也可以是选项的内容。")]
        unknown = [letter for letter in letters if letter not in named]
        if unknown:
            return (), [
                Finding("answer-names-no-option", f"答案是 {''.join(letters)}，选项只有 {range_of(named)}。")
            ]
        if draft.kind is None and not draft.wants_several and _EITHER.search(words):
            message = f"答案“{shortened(words)}”可能是几个都要选，也可能是选其中一个就算对。"
            return letters, [Finding("two-readings", message)]
        empty = [letter for letter, text in options if letter in letters and not text]
        return letters, [Finding("empty-option", f"答案里的 {empty[0]} 是空选项。")] if empty else []
    places = numbers_of(words)
    if told and places and all(1 <= place <= len(options) for place in places):
        by_place = tuple(named[place - 1] for place in places)
        if by_place != told:
            return told, [Finding("two-readings", f"答案“{words}”既可以是选项的内容，也可以是第几个选项。")]
    if told:
        return told, []
    if places and all(1 <= place <= len(options) for place in places):
        found = tuple(named[place - 1] for place in places)
        texts = "、".join(shortened(options[place - 1][1]) for place in places)
        return found, [
            Finding("answer-by-number", f"答案写的是序号 {words}，按第几个选项理解成“{texts}”，请核对。")
        ]
    if truth_of(words) is not None and draft.kind is not None:
        return (), [Finding("other-kind", f"{KIND_NAMES[draft.kind]}的答案写的是“{words}”，像判断题。")]
    return (), [Finding("unclear-answer", f"答案“{shortened(words)}”既不是选项字母，也不是哪个选项的内容。")]


def _might_be_words(words: str, options: Sequence[tuple[str, str]]) -> bool:
    """Letters that could be the words of an option too: only where some option is as short."""
    return any(len(text) <= len(words) + 2 for _letter, text in options)


_KEY_AND_TEXT = re.compile(
    r"^\s*[（(\[]?([A-Za-zＡ-Ｚ])[）)\]]?\s*[.．、:：)）\s（(]?\s*(\S.*?)[）)]?$", re.DOTALL
)
_SAID = re.compile(
    r"^(?:故|应|应该)?选?择?\s*[:：]?\s*([A-HＡ-Ｈ](?:[、,，\s]*[A-HＡ-Ｈ])*)\s*(?:选?项)?[。.]?$"
)
"""选B, B项: a letter with nothing but words of choosing about it."""


def by_text(words: str, options: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """`B、《史记》`, `北京`, `苹果；香蕉` -> letters; () where not every part is exactly one option."""
    whole = _one_by_text(words, options)
    if whole:
        return (whole,)
    for separator in (
        r"\n",
        r"[\s；;、,，]+(?=[A-HＡ-Ｈ]\s*[.．、:：])",
        r"[；;]",
        r"\|",
        r"\$;\$",
        r"[、]",
        r"[，,]",
    ):
        parts = [part.strip() for part in re.split(separator, words) if part.strip()]
        if len(parts) < 2:
            continue
        found = [_one_by_text(part, options) for part in parts]
        if all(found) and len(set(found)) == len(found):
            return tuple(sorted(letter for letter in found if letter))
    return ()


def _one_by_text(words: str, options: Sequence[tuple[str, str]]) -> str | None:
    bare = normalised(words)
    same = [letter for letter, text in options if text and normalised(text) == bare]
    if len(same) > 1:
        exact = [letter for letter, text in options if text.strip() == words.strip()]
        return exact[0] if len(exact) == 1 else None
    if same:
        return same[0]
    match = _KEY_AND_TEXT.match(words)
    if match:
        letter = letters_of(match[1])
        text = dict(options).get(letter[0]) if letter else None
        if text is not None and letter and normalised(text) == normalised(match[2]):
            return letter[0]
    return None


def _choice_kind(draft: Draft, keys: Sequence[str], doubts: list[Finding]) -> Kind:
    said = draft.kind
    if said is None and (draft.wants_several or _SEVERAL.search(draft.stem)):
        said = Kind.MULTIPLE
    if len(keys) > 1:
        if said is Kind.SINGLE or (said is not Kind.MULTIPLE and _ONE.search(draft.stem)):
            doubts.append(
                Finding("single-with-several", f"标明是单选题，答案却有 {len(keys)} 个（{''.join(keys)}）。")
            )
        return Kind.MULTIPLE
    if len(keys) == 1 and draft.any_number:
        return Kind.SINGLE
    if len(keys) == 1 and said is Kind.MULTIPLE:
        doubts.append(Finding("multiple-with-one", f"标明是多选题，答案只有一个（{keys[0]}）。"))
    return said or Kind.SINGLE
