"""The key of a question out of the words behind its label: key, reason, and labels that contradict."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyhall.bank.answers import letters_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.lines import joined
from studyhall.bank.record import Kind


def take_answer(draft: Draft, answers: Sequence[str], *, wrapped: bool) -> None:
    given = [words for words in answers if words]
    if not given:
        return
    first, *others = given
    draft.rules.append("answer-label")
    head, explanation = _cut_explanation(first)
    head, reason = _cut_reason(head, draft.kind)
    if (worth := _KEY_THEN_WORTH.match(head)) and draft.kind not in (Kind.FILL, Kind.SHORT):
        head = worth[1]
    if _LEFT_OUT.fullmatch(head):
        head = ""
    explanation = "\n".join(filter(None, [reason, explanation]))
    draft.answer = joined(head.split("\n"), wrapped=wrapped)
    if explanation:
        draft.explanation = joined([explanation, draft.explanation], wrapped=False)
    for other in others:
        if key_of(other) != key_of(head):
            draft.doubt("two-answers", f"写了两个答案：{key_of(head)[:20]} 和 {key_of(other)[:20]}。")


_LEFT_OUT = re.compile(r"[（(]?\s*(?:答案)?从?略\s*[）)]?\s*。?")
"""答案略: there is none."""
_KEY_THEN_WORDS = re.compile(
    r"^\s*([A-HＡ-Ｈ](?:[、,，\s]*[A-HＡ-Ｈ]){0,7})\s*。\s*(?=[^\sA-HＡ-Ｈ]|[A-HＡ-Ｈ][^、,，\s。])(.+)$",
    re.DOTALL,
)
_TRUTH_THEN_WORDS = re.compile(
    r"^\s*[（(]?(正确|错误|[对错√×✓✗✔✘])[）)]?\s*(?:[，,。；;：:、]\s*|(?=[（(]))(.+)$", re.DOTALL
)


_KEY_THEN_WORTH = re.compile(
    r"^\s*([A-HＡ-Ｈ]{1,8}|[√×✓✗✔✘对错]|正确|错误)\s*[（(]\s*\d{1,2}(?:\.\d)?\s*分\s*[）)]\s*$"
)
_KEY_THEN_COUNT = re.compile(
    r"^\s*([A-HＡ-Ｈ]{1,8}|[√×✓✗✔✘对错]|正确|错误)(?:\s*[，,；;]\s*|\s+)"
    r"(?:(?:全站|正确率|难度|易错项|考点|用时)\S*|(?:本题|最终|实际)?(?:得分|分值|分数))\s*[:：].*$",
    re.DOTALL,
)
"""B，全站正确率：53%; A 得分：0."""


def _cut_reason(words: str, kind: Kind | None) -> tuple[str, str]:
    """B。因为某某; of a judge ×（应为某某）, 错误，应改为某某: the key, and what is said of it."""
    if kind not in (Kind.FILL, Kind.SHORT) and (counted := _KEY_THEN_COUNT.match(words)):
        return counted[1], ""
    if kind in (Kind.SINGLE, Kind.MULTIPLE, None):
        match = _KEY_THEN_WORDS.match(words)
    else:
        match = _TRUTH_THEN_WORDS.match(words) if kind is Kind.JUDGE else None
        if match and re.match(r"[（(]?(?:但|不过|然而|与否)", match[2]):
            match = None
    return (match[1], match[2].strip()) if match else (words, "")


def _cut_explanation(words: str) -> tuple[str, str]:
    match = re.search(r"\s*[【（(]?(?:答案)?解析\s*[】）)]?\s*[:：]|【(?:答案)?解析】", words)
    if match and match.start():
        return words[: match.start()].strip(), words[match.end() :].strip()
    return words, ""


def key_of(words: str) -> str:
    letters = letters_of(words)
    return "".join(letters) if letters else " ".join(words.split())
