"""From what a reader saw to a record: which kind, which key, and whether anybody may rely on it.

A reader fills a Draft with the words of the file. Here they become a Record, ready only where nothing
speaks against it. In doubt the question is held and says why; a key is never made up.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from studyhall.bank.answers import (
    blanks_in,
    blanks_of,
    letters_of,
    numbers_of,
    truth_of,
    truths_of_options,
)
from studyhall.bank.choosing import by_text, choice
from studyhall.bank.drafts import Draft, Settled, range_of, shortened
from studyhall.bank.record import KEYS, Answer, Finding, Kind, Option, Record, State


def settle(draft: Draft) -> Record:
    """The record of a draft with a stem. Parts of a case are settled each for itself."""
    if draft.parts or draft.kind is Kind.CASE:
        return _case(draft)
    settled = _BY_KIND[_apparent_kind(draft)](draft)
    doubts = (*draft.doubts, *settled.doubts, *_explanation_doubts(draft, settled))
    record = Record(
        kind=settled.kind,
        stem=draft.stem,
        options=settled.options,
        answer=settled.answer,
        explanation=draft.explanation,
        place=draft.place,
        findings=doubts,
        note=settled.note,
        law=draft.law,
        cites=draft.cites,
        difficulty=draft.difficulty,
        points=draft.points,
        pictures=draft.pictures,
        topics=draft.topics,
        number=draft.number,
        id=draft.id,
        source=draft.source,
        rules=tuple(draft.rules),
    )
    return replace(record, state=State.HELD) if any(finding.holds for finding in doubts) else record


def _case(draft: Draft) -> Record:
    """Held where a part is held: a case is dealt whole."""
    laws = {part.law for part in draft.parts}
    record = Record(
        kind=Kind.CASE,
        stem=draft.stem,
        explanation=draft.explanation,
        place=draft.place,
        findings=tuple(draft.doubts),
        law=draft.law or (laws.pop() if len(laws) == 1 else ""),
        parts=tuple(settle(part) for part in draft.parts),
        pictures=draft.pictures,
        topics=draft.topics,
        number=draft.number,
        source=draft.source,
        rules=tuple(draft.rules),
    )
    if not record.parts:
        return record.held("case-without-questions", "材料下面没有找到小题。")
    if record.findings:
        return replace(record, state=State.HELD)
    return record


def _apparent_kind(draft: Draft) -> Kind:
    """What was said of it; else what it looks like."""
    texts = [words for _key, words in draft.options if words.strip()]
    if draft.kind in (Kind.SINGLE, None) and truths_of_options(texts, plain=True) is not None:
        return Kind.JUDGE
    if draft.kind is Kind.MULTIPLE and not draft.options and truth_of(draft.answer) is not None:
        return draft.kind
    if draft.kind is not None:
        return draft.kind
    if draft.options:
        return Kind.SINGLE
    answer = draft.answer.strip()
    if answer and truth_of(answer, misread=draft.misread) is not None and letters_of(answer) is None:
        return Kind.JUDGE
    if answer and letters_of(answer) is not None and truth_of(answer) is None:
        return Kind.SINGLE
    if truth_of(answer) is not None and not blanks_in(draft.stem):
        return Kind.JUDGE
    return Kind.FILL if re.search(r"_{2,}|＿{2,}", draft.stem) else Kind.SHORT


# Judge


def _judge(draft: Draft) -> Settled:
    """By the words of the options, never by A for true: some papers print 错 first."""
    words = draft.answer.strip()
    texts = [text for _key, text in draft.options if text.strip()]
    truths = truths_of_options(texts)
    doubts: list[Finding] = []
    answer: bool | None = None
    letters = letters_of(words)
    if not words:
        doubts += draft.no_answer()
    elif texts and truths is None:
        doubts.append(Finding("other-kind", "标明是判断题，选项却不是“对、错”。"))
        return Settled(*_aschoice(draft, doubts))
    elif truths is not None and not truths[0] and words in ("1", "1.0"):
        doubts.append(Finding("two-readings", "答案写的是 1，可以是“对”，也可以是第一个选项“错”。"))
    elif truths is not None and truth_of(words) is None:
        named = [
            (letter or KEYS[place]) for place, (letter, text) in enumerate(draft.options) if text.strip()
        ]
        chosen = letters or by_text(words, list(zip(named, texts, strict=True)))
        meant = [truth for letter, truth in zip(named, truths, strict=True) if letter in chosen]
        if len(chosen) == 1 and len(meant) == 1:
            answer = meant[0]
        else:
            doubts.append(Finding("answer-names-no-option", f"答案是 {words}，选项只有 {range_of(named)}。"))
    elif (
        letters is not None
        and len(letters) == 1
        and draft.truth_letters
        and letters[0] in draft.truth_letters
    ):
        answer = draft.truth_letters[letters[0]]
    else:
        answer = truth_of(words, misread=draft.misread)
        if answer is None:
            doubts.append(_no_truth(words, letters))
    return Settled(Kind.JUDGE, (), answer, tuple(doubts))


def _no_truth(words: str, letters: tuple[str, ...] | None) -> Finding:
    if letters:
        return Finding("letter-without-options", f"判断题的答案是 {words}，没有写 A、B 哪个是对。")
    return Finding("unclear-answer", f"判断题的答案“{shortened(words)}”看不出是对还是错。")


def _aschoice(
    draft: Draft, doubts: list[Finding]
) -> tuple[Kind, tuple[Option, ...], Answer, tuple[Finding, ...]]:
    chosen = choice(replace(draft, kind=None))
    return chosen.kind, chosen.options, chosen.answer, (*doubts, *chosen.doubts)


# Fill, short, other


def _fill(draft: Draft) -> Settled:
    """Answers may stand in the option columns, one a blank."""
    blanks = blanks_in(draft.stem)
    in_options = [text.strip() for _key, text in draft.options if text.strip()]
    doubts: list[Finding] = []
    answer: tuple[tuple[str, ...], ...] | None
    if draft.blanks and all(draft.blanks):
        answer = draft.blanks
        if blanks and blanks != len(answer):
            doubts.append(Finding("blanks-differ", f"题干有 {blanks} 处空，答案有 {len(answer)} 个。"))
    elif not draft.answer.strip() and in_options:
        answer = tuple((text,) for text in in_options)
        if blanks and blanks != len(answer):
            doubts.append(Finding("blanks-differ", f"题干有 {blanks} 处空，答案有 {len(answer)} 个。"))
    elif not draft.answer.strip():
        answer = None
        doubts.append(Finding("no-answer", "没有找到答案。"))
    else:
        answer = blanks_of(draft.answer, blanks)
        if in_options:
            doubts.append(Finding("other-kind", "标明是填空题，却有选项。"))
        if answer is None:
            message = f"题干有 {blanks} 处空，答案“{shortened(draft.answer)}”看不出怎么分到各空。"
            doubts.append(Finding("blanks-differ", message))
        elif blanks <= 1 and len([part for part in re.split(r"[；;]", draft.answer) if part.strip()]) > 1:
            spaces = "只有1处空" if blanks else "没有写出空（____）"
            said = shortened(draft.answer)
            message = f"题干{spaces}，答案“{said}”却像几个：都算对的用“/”隔开，少了空的补上。"
            doubts.append(Finding("blanks-differ", message))
    return Settled(Kind.FILL, (), answer, tuple(doubts))


_NO_ANSWER = ("", "略", "略。", "（略）", "无", "/")
"""What people write where there is no model answer."""


def _short_answer(draft: Draft) -> Settled:
    texts = [text for _key, text in draft.options if text.strip()]
    if texts and letters_of(draft.answer):
        finding = Finding("other-kind", "标明是简答题，却有选项和字母答案。")
        return Settled(*_aschoice(draft, [finding]))
    said = draft.answer.strip()
    answer = None if said in _NO_ANSWER else said
    doubts = (Finding("other-kind", "标明是简答题，却有选项。"),) if texts else ()
    if draft.kind is None and answer and _is_a_choice(answer):
        said = shortened(answer)
        doubts = (*doubts, Finding("unclear-kind", f"答案是“{said}”，像选择题，却没有找到选项。"))
    if draft.kind is None and answer is None:
        doubts = (*doubts, Finding("no-answer", "看不出题型，也没有找到答案。"))
    return Settled(Kind.SHORT, (), answer, doubts, "" if answer else "没有参考答案")


def _is_a_choice(answer: str) -> bool:
    """Its first line is a number or letters, as only the key of a choice is, or a row of keys without a word."""
    first = answer.split("\n", 1)[0]
    return (
        numbers_of(first) is not None
        or letters_of(first) is not None
        or _NO_WORDS.fullmatch(first) is not None
    )


_NO_WORDS = re.compile(
    r"\s*(?:题号|序号|答案)?[\s\d.．、,，:：;；/A-HＡ-Ｈ√×✓✗✔✘对错—–~～-]+|[（(]\s*每小?题[^（()）]*[）)]"
)


def _other(draft: Draft) -> Settled:
    doubts = () if draft.doubts else (Finding("other-kind", "这种题型（匹配、排序等）系统里没有。"),)
    return Settled(Kind.OTHER, (), draft.answer.strip() or None, doubts)


_BY_KIND: dict[Kind, Callable[[Draft], Settled]] = {
    Kind.SINGLE: choice,
    Kind.MULTIPLE: choice,
    Kind.JUDGE: _judge,
    Kind.FILL: _fill,
    Kind.SHORT: _short_answer,
    Kind.OTHER: _other,
}


# What an explanation says of the key

_SAYS_LETTERS = re.compile(
    r"(?:故(?:本题)?(?:应)?选|(?:正确|参考|标准|本题)?答案(?:应)?(?:是|为|选)?\s*[:：]?|应选|因此选|所以选|(?:更正|订正)[为成]|答案有误[^。A-H]{0,8}[为是选])"
    r"\s*[（(]?\s*([A-HＡ-Ｈ](?:[、,，\s]*[A-HＡ-Ｈ])*)(?![A-Za-zＡ-Ｚ])"
)
_SAYS_WRONG = re.compile(r"故(?:本题)?(?:说法)?(错误|正确)[。.！!]?\s*$")


def _explanation_doubts(draft: Draft, settled: Settled) -> tuple[Finding, ...]:
    """An explanation that names another key than the key."""
    if not draft.explanation:
        return ()
    names_a_key = "选" in draft.explanation or "答案" in draft.explanation
    if names_a_key and settled.kind in (Kind.SINGLE, Kind.MULTIPLE) and isinstance(settled.answer, tuple):
        for match in _SAYS_LETTERS.finditer(draft.explanation):
            said = letters_of(match[1])
            if said and said != settled.answer:
                message = f"答案是 {''.join(map(str, settled.answer))}，解析里却说 {''.join(said)}。"
                return (Finding("explanation-contradicts", message),)
    if settled.kind is Kind.JUDGE and settled.answer is not None:
        ending = _SAYS_WRONG.search(draft.explanation)
        if ending and (ending[1] == "正确") is not settled.answer:
            return (Finding("explanation-contradicts", f"解析里说“{ending[0].strip()}”，和答案相反。"),)
    return ()
