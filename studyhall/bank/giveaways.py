"""What lets one guess the key without knowing the law: lengths, letters, absolute words, too many trues.

Single questions are judged where they give themselves away, the rest over all questions of a law: the
longest option may be right as often as chance would have it. A warning is never a fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import sqrt

from studyhall.bank.formats.yaml_nodes import Fault
from studyhall.bank.record import Kind, Option, Record

ABSOLUTE = (
    "一律",
    "必须",
    "绝对",
    "任何",
    "所有",
    "完全",
    "永远",
    "一定",
    "无论如何",
    "从不",
    "凡是",
    "只要",
)
_ALL_OF_THEM = ("以上都", "以上均", "以上皆", "以上全", "上述都", "上述均", "都正确", "都不对", "都不正确")

LEAST = 8
"""Fewer questions than this say nothing about habits."""
SIGNIFICANT = 2.33
"""Standard deviations: chance alone gets there once in a hundred laws."""
_CHI_SQUARE = {1: 6.63, 2: 9.21, 3: 11.34, 4: 13.28, 5: 15.09, 6: 16.81, 7: 18.48}
"""One in a hundred, by degrees of freedom."""


def warnings_of_law(law: str, folder: str, questions: Sequence[Record]) -> Iterator[Fault]:
    for question in questions:
        yield from _of_question(question)

    def warn(rule: str, message: str) -> Fault:
        return Fault(folder, None, None, rule, message)

    habits: tuple[tuple[str, Callable[[Sequence[Record]], Iterator[str]]], ...] = (
        ("longest-is-right", _longest_is_right),
        ("giveaway-wording", _absolute_words_are_wrong),
        ("uneven-letters", _uneven_letters),
        ("judge-balance", _judge_balance),
    )
    for rule, habit in habits:
        for message in habit(questions):
            yield warn(rule, f"《{law}》{message}")


def _of_question(question: Record) -> Iterator[Fault]:
    def warn(rule: str, message: str) -> Fault:
        place = question.place
        return Fault(place.file or "", place.line, question.id or None, rule, message)

    right, wrong = _sides(question)
    if not right or not wrong:
        return
    for option in question.options:
        if any(words in option.text for words in _ALL_OF_THEM) and len(option.text) <= 12:
            yield warn(
                "giveaway-wording", f"选项 {option.key} 是“{option.text}”，不考法律，请换成具体的说法。"
            )
    if question.kind is not Kind.SINGLE:
        return
    length, longest = len(right[0].text), max(len(option.text) for option in wrong)
    if length >= 2 * longest and length - longest >= 10:
        message = f"正确选项 {right[0].key} 有 {length} 个字，其余最长 {longest} 个字，一看就知道。"
        yield warn("longest-is-right", message)
    if len(wrong) > 1 and not _is_absolute(right[0]) and all(map(_is_absolute, wrong)):
        yield warn("giveaway-wording", "只有错误选项用了“一律、必须、任何”这类绝对的词。")


def _longest_is_right(questions: Sequence[Record]) -> Iterator[str]:
    """Over singles and multiples: how often a right option is the only longest, against chance."""
    seen = hits = 0
    expected = variance = 0.0
    for question in questions:
        right, wrong = _sides(question)
        if not right or not wrong:
            continue
        longest = max(len(option.text) for option in question.options)
        holders = [option for option in question.options if len(option.text) == longest]
        if len(holders) > 1:
            continue
        chance = len(right) / len(question.options)
        seen += 1
        hits += holders[0] in right
        expected += chance
        variance += chance * (1 - chance)
    if seen >= LEAST and hits - expected > SIGNIFICANT * sqrt(variance):
        luck = f"凭运气应在 {expected:.0f} 次上下"
        yield f"有 {seen} 题可比，最长的选项有 {hits} 次是对的，{luck}：正确选项写得太长。"


def _absolute_words_are_wrong(questions: Sequence[Record]) -> Iterator[str]:
    seen = hits = 0
    expected = variance = 0.0
    for question in questions:
        right, wrong = _sides(question)
        for option in (*right, *wrong):
            if right and wrong and _is_absolute(option):
                chance = len(wrong) / len(question.options)
                seen += 1
                hits += option in wrong
                expected += chance
                variance += chance * (1 - chance)
    if seen >= LEAST and hits - expected > SIGNIFICANT * sqrt(variance):
        yield f"带绝对词的选项有 {seen} 个，其中 {hits} 个是错的：见了“一律、必须”就排除，不用懂法。"
    judges = [q for q in questions if q.kind is Kind.JUDGE and any(word in q.stem for word in ABSOLUTE)]
    false = sum(question.answer is False for question in judges)
    if len(judges) >= LEAST and false - len(judges) / 2 > SIGNIFICANT * sqrt(len(judges)) / 2:
        yield f"带绝对词的判断题有 {len(judges)} 道，其中 {false} 道是错的。"


def _uneven_letters(questions: Sequence[Record]) -> Iterator[str]:
    for kind, name in ((Kind.SINGLE, "单选题"), (Kind.MULTIPLE, "多选题")):
        found: Counter[str] = Counter()
        expected: Counter[str] = Counter()
        asked = [question for question in questions if question.kind is kind and question.options]
        for question in asked:
            right, _wrong = _sides(question)
            found.update(option.key for option in right)
            for option in question.options:
                expected[option.key] += len(right) / len(question.options)  # type: ignore[assignment]
        letters = [letter for letter in sorted(expected) if expected[letter] >= 1]
        if len(asked) < LEAST or len(letters) < 2:
            continue
        chi_square = sum((found[x] - expected[x]) ** 2 / expected[x] for x in letters)
        if chi_square > _CHI_SQUARE[min(len(letters) - 1, 7)]:
            tally = "，".join(f"{letter} {found[letter]}" for letter in letters)
            yield f"{name}的答案字母不均匀：{tally}。"


def _judge_balance(questions: Sequence[Record]) -> Iterator[str]:
    judges = [question for question in questions if question.kind is Kind.JUDGE]
    true = sum(question.answer is True for question in judges)
    if len(judges) >= 4 and not 0.4 <= true / len(judges) <= 0.6:
        yield f"{len(judges)} 道判断题里 {true} 道为“正确”（{true / len(judges):.0%}），应在四成到六成。"


def _sides(question: Record) -> tuple[list[Option], list[Option]]:
    """Right and wrong options; both empty where the question has no usable key."""
    if not question.right_texts:
        return [], []
    answer = question.answer if isinstance(question.answer, tuple) else ()
    right = [option for option in question.options if option.key in answer]
    return right, [option for option in question.options if option.key not in answer]


def _is_absolute(option: Option) -> bool:
    return any(word in option.text for word in ABSOLUTE)
