"""GIFT, the text format of Moodle: categories, weights, feedback, escapes, blanks in mid-sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from studyhall.bank.answers import blanks_in, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.gift_grammar import (
    FORMAT,
    TITLE,
    TRUTH,
    Block,
    Body,
    blocks_of,
    bodies_of,
    hidden,
    shown,
)
from studyhall.bank.formats.html_words import mind_lost_pictures, words_of
from studyhall.bank.formats.materials import gathered
from studyhall.bank.formats.model_answers import parted
from studyhall.bank.formats.part_right import PART_RIGHT, mind_many_options
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.tags import tags_in, with_tags
from studyhall.bank.record import KEYS, Fragment, Kind, Place
from studyhall.bank.settling import settle

_HTML = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|span|div|sub|sup|img|font|ol|ul|li|table|tr|td)\b[^<>]*>|&(?:nbsp|lt|gt|amp|quot|#\d+);",
    re.I,
)
_WEIGHT = re.compile(r"^\s*%(-?\d+(?:\.\d+)?)%\s*")
MODEL = "参考答案："
"""GIFT has no place for it: it stands behind the explanation, which is shown when all is over."""
BETWEEN = "；｜‖"
"""GIFT has one blank a question: the words of several stand in one line with the first sign that is in none."""


def read(text: str, file: str) -> Reading:
    reading = Reading("gift", file=file)
    topic: tuple[str, ...] = ()
    for block in blocks_of(hidden(text)):
        place = Place(file=file or None, line=block.line)
        if block.text.startswith("$CATEGORY"):
            name = shown(block.text.split(":", 1)[-1]).strip()
            topic = tuple(part for part in name.split("/") if part and part not in ("$course$", "top"))
            continue
        draft = _draft(block, place)
        if draft is None:
            reading.fragments.append(
                Fragment(place, "没有答案的大括号，不是 GIFT 试题。", shown(block.text)[:300])
            )
            continue
        draft.topics = topic
        reading.records.append(with_tags(settle(draft), tags_in(block.comment)))
    reading.records = gathered(reading.records)
    return reading


def _draft(block: Block, place: Place) -> Draft | None:
    text = block.text
    title = TITLE.match(text)
    text = text[title.end() :] if title else text
    markup = FORMAT.match(text)
    text = text[markup.end() :] if markup else text
    bodies = bodies_of(text)
    if not bodies:
        return None
    said = markup[1].lower() if markup else ""
    stem = _in_markup(_with_gaps(text, bodies), said)
    if not stem:
        return None
    inside, _, general = bodies[-1].text.partition("####")
    draft = Draft(
        stem=stem, place=place, explanation=_words(general, said), source=shown(block.text), rules=["gift"]
    )
    if len(bodies) > 1:
        _take_blanks(draft, [body.text.partition("####")[0] for body in bodies], said)
    else:
        _take_answers(draft, inside.strip(), said, has_gap="____" in stem)
    mind_lost_pictures(draft)
    return draft


_NOTHING = re.compile(r"""[\s";']*""")
_ONLY_AN_END = re.compile(r"""[\s";'.。．]*""")


def _with_gaps(text: str, bodies: Sequence[Body]) -> str:
    """A gap where the sentence goes on behind the braces; a full stop alone is no sentence."""
    stem, at = "", 0
    for body in bodies:
        stem += text[at : body.start] + "____"
        at = body.end
    after = text[at:]
    if len(bodies) > 1:
        return stem + after
    before = stem.removesuffix("____")
    if _NOTHING.fullmatch(after) or (
        _ONLY_AN_END.fullmatch(after) and before.rstrip()[-1:] in "?？!！.。:："
    ):
        return before
    if TRUTH.fullmatch(bodies[0].text.partition("####")[0].strip()):
        return before.rstrip() + after
    return stem + after


def _take_blanks(draft: Draft, insides: Sequence[str], markup: str) -> None:
    """Several braces in one question: words to be typed into each; of menus there is no kind of ours."""
    each = [_answers(inside, markup) for inside in insides]
    draft.kind = Kind.FILL
    if any(answer.sign != "=" or "->" in answer.text for answers in each for answer in answers) or not all(
        each
    ):
        draft.kind = Kind.OTHER
        draft.doubt("other-kind", "一题里有几处选择或配对，系统里没有这种题型。")
        return
    draft.blanks = tuple(tuple(a.text for a in answers if a.weight >= 100) for answers in each)


def _in_markup(text: str, markup: str) -> str:
    """In the markup that was named; where none was, Moodle shows HTML as HTML."""
    said = shown(text).strip()
    is_html = markup == "html" or (markup in ("", "moodle") and _HTML.search(said))
    return words_of(said)[0] if is_html else said


def _words(text: str, markup: str) -> str:
    """Of an answer or of feedback: in the markup it names, else in that of its question."""
    said = shown(text).strip()
    own = FORMAT.match(said)
    return _in_markup(text.strip()[own.end() :], own[1].lower()) if own else _in_markup(text, markup)


def _take_answers(draft: Draft, inside: str, markup: str, *, has_gap: bool) -> None:
    if not inside:
        draft.kind = Kind.SHORT
        said, found, model = f"\n{draft.explanation}".partition(f"\n{MODEL}\n")
        if found:
            draft.explanation = said.strip()
            draft.answer, draft.points = parted(model)
        return
    truth = inside.split("#", 1)[0].strip()
    if truth_of(truth) is not None and truth.upper() in ("T", "F", "TRUE", "FALSE"):
        draft.kind, draft.answer = Kind.JUDGE, truth
        feedback = next((part for part in inside.split("#")[1:] if part.strip()), "")
        draft.explanation = draft.explanation or _words(feedback, markup)
        return
    if inside.startswith("#"):
        _take_number(draft, inside[1:].strip(), markup)
        return
    answers = _answers(inside, markup)
    if answers and all(answer.sign == "=" and "->" in answer.text for answer in answers):
        draft.kind = Kind.OTHER
        draft.doubt("other-kind", "这是匹配题，系统里没有这种题型。")
    elif answers and all(answer.sign == "=" for answer in answers):
        _take_words(draft, answers, has_gap)
    else:
        _take_choice(draft, answers)


@dataclass(frozen=True)
class _Answer:
    sign: str
    weight: float
    text: str
    feedback: str


def _answers(inside: str, markup: str) -> list[_Answer]:
    found = []
    for match in re.finditer(r"([=~])([^=~]*)", inside):
        text, _, feedback = match[2].partition("#")
        weight = _WEIGHT.match(text)
        worth = float(weight[1]) if weight else (100.0 if match[1] == "=" else 0.0)
        found.append(
            _Answer(
                match[1],
                worth,
                _words(text[weight.end() :] if weight else text, markup),
                _words(feedback, markup),
            )
        )
    return found


_EXACT = re.compile(r"(-?\d+(?:\.\d+)?)(?::0+(?:\.0*)?)?")


def _take_number(draft: Draft, words: str, markup: str) -> None:
    """A number to be typed; with a tolerance it is no blank that words could fill."""
    answers = _answers(words, markup) or [_Answer("=", 100, *map(shown, _halves(words)))]
    right = [answer for answer in answers if answer.sign == "=" and answer.weight >= 100]
    values = [_EXACT.fullmatch(answer.text.strip()) for answer in right]
    draft.explanation = draft.explanation or next(
        (answer.feedback for answer in right if answer.feedback), ""
    )
    draft.kind = Kind.FILL
    draft.blanks = (tuple(dict.fromkeys(value[1] for value in values if value)),)
    if not values or not all(values):
        draft.kind = Kind.OTHER
        draft.answer = "；".join(answer.text for answer in right)
        draft.doubt("other-kind", "这是带误差范围的数值题，系统里没有这种题型。")


def _halves(words: str) -> tuple[str, str]:
    """An answer and its feedback."""
    value, _, feedback = words.partition("#")
    return value.strip(), feedback.strip()


def _take_words(draft: Draft, answers: Sequence[_Answer], has_gap: bool) -> None:
    draft.kind = Kind.FILL
    right = [answer.text for answer in answers if answer.weight >= 100]
    if any("*" in text for text in right):
        draft.doubt("wildcard", "答案里有通配符 *，请改成具体的答案。")
    if not has_gap and not re.search(r"_{2,}", draft.stem):
        draft.rules.append("short-answer-as-blank")
    draft.blanks = _divided(right, blanks_in(draft.stem)) if right else ()
    draft.answer = right[0] if len(right) == 1 else ""
    if len(right) > 1 and not draft.blanks:
        draft.doubt("blanks-differ", "题干有几处空，答案有几种写法，看不出哪个词填哪一空。")
    draft.explanation = draft.explanation or next((a.feedback for a in answers if a.weight >= 100), "")


def _divided(accepted: Sequence[str], blanks: int) -> tuple[tuple[str, ...], ...]:
    """The words of each blank where every answer is as many parts with ； between; () where that is not sure.

    Only when each part goes with each other one: 甲；乙 and 丙；丁 alone do not say that 甲；丁 is right.
    """
    if blanks < 2:
        return (tuple(dict.fromkeys(accepted)),)
    between = next(
        (sign for sign in reversed(BETWEEN) if any(sign in words for words in accepted)), BETWEEN[0]
    )
    parts = [tuple(words.split(between)) for words in accepted]
    if any(len(one) != blanks or not all(one) for one in parts):
        return ()
    found = tuple(tuple(dict.fromkeys(column)) for column in zip(*parts, strict=True))
    return found if set(product(*found)) == set(parts) else ()


def _take_choice(draft: Draft, answers: Sequence[_Answer]) -> None:
    """With = one that earns everything is right and ~%50% only nearly; without, all that earn something are."""
    draft.options = [(KEYS[place], answer.text) for place, answer in enumerate(answers[:26])]
    mind_many_options(draft, len(answers))
    weighted = not any(answer.sign == "=" for answer in answers)
    right = [place for place, answer in enumerate(answers[:26]) if answer.weight > 0]
    whole = [place for place in right if answers[place].weight >= 99]
    if weighted and whole and len(whole) < len(right):
        draft.doubt("weights", PART_RIGHT)
    elif not weighted and whole:
        right = whole
    draft.kind = Kind.MULTIPLE if weighted and len(right) > 1 else Kind.SINGLE
    draft.answer = "".join(KEYS[place] for place in right)
    draft.explanation = draft.explanation or "\n".join(
        answers[place].feedback for place in right if answers[place].feedback
    )
