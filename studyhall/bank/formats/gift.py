"""GIFT, the text format of Moodle: categories, weights, feedback, escapes, blanks in mid-sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from studyhall.bank.answers import blanks_in, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.html_words import words_of
from studyhall.bank.formats.materials import gathered
from studyhall.bank.formats.model_answers import parted
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.tags import tags_in, with_tags
from studyhall.bank.record import KEYS, Fragment, Kind, Place
from studyhall.bank.settling import settle

_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_HIDDEN = {sign: chr(0xFDD0 + place) for place, sign in enumerate("~=#{}:\\")}
"""Signs that are no characters: no text has them."""
_BREAK = "\ufdef"
_SHOWN = {hidden: sign for sign, hidden in _HIDDEN.items()}
_TITLE = re.compile(r"^\s*::(.*?)::\s*", re.DOTALL)
_FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]\s*", re.IGNORECASE)
_WEIGHT = re.compile(r"^\s*%(-?\d+(?:\.\d+)?)%\s*")
MODEL = "参考答案："
"""GIFT has no place for it: it stands behind the explanation, which is shown when all is over."""
BETWEEN = "；｜‖"
"""GIFT has one blank a question: the words of several stand in one line with the first sign that is in none."""
_BODY = re.compile(r"\{([^{}]*)\}", re.DOTALL)


def is_gift(text: str) -> bool:
    """At least one block ends in braces with what GIFT puts there, and most blocks do."""
    blocks = list(_blocks(_hide(text)))
    if not blocks:
        return False
    with_body = sum(bool(_looks(block.text)) for block in blocks)
    return with_body >= 1 and with_body >= 0.5 * len(
        [b for b in blocks if not b.text.startswith("$CATEGORY")]
    )


def _looks(text: str) -> bool:
    body = _BODY.search(text)
    if body is None:
        return False
    inside = body[1].strip()
    told = re.match(r"^(?:[=~#]|T|F|TRUE|FALSE|true|false)", inside) is not None
    return told or (not inside and bool(_TITLE.match(text) or _FORMAT.match(text)))


@dataclass(frozen=True)
class _Block:
    text: str
    line: int
    comment: str


def _hide(text: str) -> str:
    """Escaped signs out of the way of the grammar; \\n is a line break that ends nothing."""
    return _ESCAPED.sub(lambda match: _HIDDEN.get(match[1], f"\n{_BREAK}"), text)


def _show(text: str) -> str:
    return "".join(_SHOWN.get(char, char) for char in text).replace(_BREAK, "")


def _blocks(text: str) -> Iterator[_Block]:
    """Divided by blank lines that stand outside braces; comments are kept apart, they may carry our tags."""
    lines: list[str] = []
    comments: list[str] = []
    start = depth = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.lstrip().startswith("//") and not depth:
            comments.append(line.strip()[2:].strip())
            continue
        if not line.strip() and depth <= 0:
            if lines:
                yield _Block("\n".join(lines), start, "\n".join(comments))
            lines, comments, depth = [], comments if not lines else [], 0
            continue
        if line.startswith("$CATEGORY"):
            yield _Block(line, number, "")
            continue
        start = start if lines else number
        lines.append(line)
        depth += line.count("{") - line.count("}")


def read(text: str, file: str) -> Reading:
    reading = Reading("gift", file=file)
    topic: tuple[str, ...] = ()
    for block in _blocks(_hide(text)):
        place = Place(file=file or None, line=block.line)
        if block.text.startswith("$CATEGORY"):
            name = _show(block.text.split(":", 1)[-1]).strip()
            topic = tuple(part for part in name.split("/") if part and part not in ("$course$", "top"))
            continue
        draft = _draft(block, place)
        if draft is None:
            reading.fragments.append(
                Fragment(place, "没有答案的大括号，不是 GIFT 试题。", _show(block.text)[:300])
            )
            continue
        draft.topics = topic
        reading.records.append(with_tags(settle(draft), tags_in(block.comment)))
    reading.records = gathered(reading.records)
    return reading


def _draft(block: _Block, place: Place) -> Draft | None:
    text = block.text
    title = _TITLE.match(text)
    text = text[title.end() :] if title else text
    markup = _FORMAT.match(text)
    text = text[markup.end() :] if markup else text
    body = _BODY.search(text)
    if body is None:
        return None
    as_html = bool(markup and markup[1].lower() == "html")
    before, after = text[: body.start()], text[body.end() :].strip().strip("\";' ")
    stem = _show(f"{before.rstrip()} ____ {after}" if after else before).strip()
    stem = words_of(stem)[0] if as_html else stem
    if not stem:
        return None
    inside, _, general = body[1].partition("####")
    draft = Draft(
        stem=stem, place=place, explanation=_words(general), source=_show(block.text), rules=["gift"]
    )
    _take_answers(draft, inside.strip(), bool(after))
    return draft


def _words(text: str) -> str:
    """Of an answer or of feedback, in the markup it names."""
    shown = _show(text).strip()
    markup = _FORMAT.match(shown)
    if markup is None:
        return shown
    return words_of(shown[markup.end() :])[0] if markup[1].lower() == "html" else shown[markup.end() :]


def _take_answers(draft: Draft, inside: str, has_gap: bool) -> None:
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
        _feedback_of_judge(draft, inside)
        return
    if inside.startswith("#"):
        _take_number(draft, inside[1:])
        return
    answers = _answers(inside)
    if answers and all(answer.sign == "=" and "->" in answer.text for answer in answers):
        draft.kind = Kind.OTHER
        draft.doubt("other-kind", "这是匹配题，系统里没有这种题型。")
    elif answers and all(answer.sign == "=" for answer in answers):
        _take_words(draft, answers, has_gap)
    else:
        _take_choice(draft, answers)


def _feedback_of_judge(draft: Draft, inside: str) -> None:
    said = [part for part in inside.split("#")[1:] if part.strip()]
    draft.explanation = draft.explanation or _words(said[0] if said else "")


@dataclass(frozen=True)
class _Answer:
    sign: str
    weight: float
    text: str
    feedback: str


def _answers(inside: str) -> list[_Answer]:
    found = []
    for match in re.finditer(r"([=~])([^=~]*)", inside):
        text, _, feedback = match[2].partition("#")
        weight = _WEIGHT.match(text)
        worth = float(weight[1]) if weight else (100.0 if match[1] == "=" else 0.0)
        found.append(
            _Answer(match[1], worth, _words(text[weight.end() :] if weight else text), _words(feedback))
        )
    return found


def _take_number(draft: Draft, words: str) -> None:
    """A number to be typed; with a tolerance it is no blank that words could fill."""
    draft.explanation = draft.explanation or _words(words.partition("#")[2])
    value = words.split("#", 1)[0].strip().strip("=~ ")
    draft.kind = Kind.FILL
    draft.answer = _show(value)
    if not re.fullmatch(r"-?\d+(?:\.\d+)?", draft.answer):
        draft.kind = Kind.OTHER
        draft.doubt("other-kind", "这是带误差范围的数值题，系统里没有这种题型。")


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
    draft.options = [(KEYS[place], answer.text) for place, answer in enumerate(answers[:26])]
    weighted = not any(answer.sign == "=" for answer in answers)
    right = [KEYS[place] for place, answer in enumerate(answers[:26]) if answer.weight > 0]
    draft.kind = Kind.MULTIPLE if weighted and len(right) > 1 else Kind.SINGLE
    draft.answer = "".join(right)
    draft.explanation = draft.explanation or "\n".join(
        answer.feedback for answer in answers if answer.weight > 0 and answer.feedback
    )
