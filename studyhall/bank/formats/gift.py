"""GIFT, the text format of Moodle: categories, weights, feedback, escapes, blanks in mid-sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from studyhall.bank.answers import truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.html_words import words_of
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.tags import comment_of, take_tags
from studyhall.bank.record import KEYS, Fragment, Kind, Place, Record
from studyhall.bank.settling import settle

_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_HIDDEN = {sign: chr(0xE000 + place) for place, sign in enumerate("~=#{}:\\")}
_SHOWN = {hidden: sign for sign, hidden in _HIDDEN.items()}
_TITLE = re.compile(r"^\s*::(.*?)::\s*", re.DOTALL)
_FORMAT = re.compile(r"^\s*\[(html|moodle|plain|markdown)\]\s*", re.IGNORECASE)
_WEIGHT = re.compile(r"^\s*%(-?\d+(?:\.\d+)?)%\s*")
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
    return told or (not inside and bool(_TITLE.match(text)))


@dataclass(frozen=True)
class _Block:
    text: str
    line: int
    comment: str


def _hide(text: str) -> str:
    """Escaped signs out of the way of the grammar; \\n is a line break that ends nothing."""
    return _ESCAPED.sub(lambda match: _HIDDEN.get(match[1], "\n\ue0ff"), text)


def _show(text: str) -> str:
    return "".join(_SHOWN.get(char, char) for char in text).replace("\ue0ff", "")


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
        reading.records.append(take_tags(settle(draft), block.comment))
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
    stem = _words(f"{before.rstrip()} ____ {after}" if after else before, html=as_html)
    if not stem:
        return None
    inside, _, general = body[1].partition("####")
    draft = Draft(
        stem=stem, place=place, explanation=_words(general), source=_show(block.text), rules=["gift"]
    )
    _take_answers(draft, inside.strip(), bool(after))
    return draft


def _words(text: str, *, html: bool = False) -> str:
    shown = _show(text).strip()
    markup = _FORMAT.match(shown)
    if markup:
        shown, html = shown[markup.end() :], markup[1].lower() == "html"
    return words_of(shown)[0] if html else shown


def _take_answers(draft: Draft, inside: str, has_gap: bool) -> None:
    if not inside:
        draft.kind = Kind.SHORT
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
    draft.options = []
    draft.answer = "||".join(right)
    draft.explanation = draft.explanation or next((a.feedback for a in answers if a.weight >= 100), "")


def _take_choice(draft: Draft, answers: Sequence[_Answer]) -> None:
    draft.options = [(KEYS[place], answer.text) for place, answer in enumerate(answers[:26])]
    weighted = not any(answer.sign == "=" for answer in answers)
    right = [KEYS[place] for place, answer in enumerate(answers[:26]) if answer.weight > 0]
    draft.kind = Kind.MULTIPLE if weighted and len(right) > 1 else Kind.SINGLE
    draft.answer = "".join(right)
    draft.explanation = draft.explanation or "\n".join(
        answer.feedback for answer in answers if answer.weight > 0 and answer.feedback
    )


# The way out


def write(records: Sequence[Record]) -> str:
    """Cases part by part, each with its story before it; law, article and difficulty in comments."""
    return "\n\n".join(_written(record, "") for record in records) + "\n"


def _written(record: Record, story: str) -> str:
    if record.parts:
        return "\n\n".join(_written(part, f"{record.stem}\n") for part in record.parts)
    title = f"::{_escape(record.id)}:: " if record.id else ""
    comment = comment_of(record)
    lines = [f"// {comment}"] if comment else []
    lines.append(f"{title}[plain]{_escape(story + record.stem)} {{{_body(record)}}}")
    return "\n".join(lines)


def _body(record: Record) -> str:
    general = f"\n####{_escape(record.explanation)}" if record.explanation else ""
    answer = record.answer
    if record.kind is Kind.JUDGE and isinstance(answer, bool):
        return ("TRUE" if answer else "FALSE") + general
    if record.kind in (Kind.SINGLE, Kind.MULTIPLE):
        return "\n" + "\n".join(_option_lines(record)) + general + "\n"
    if record.kind is Kind.FILL and isinstance(answer, tuple):
        words = answer[0] if len(answer) == 1 else ("；".join(blank[0] for blank in answer),)
        return "\n" + "\n".join(f"={_escape(str(word))}" for word in words) + general + "\n"
    return general


def _option_lines(record: Record) -> Iterator[str]:
    right = len(record.right_texts)
    chosen = record.answer if isinstance(record.answer, tuple) else ()
    for option in record.options:
        is_right = option.key in chosen
        if record.kind is Kind.SINGLE:
            sign = "=" if is_right else "~"
        else:
            sign = f"~%{100 / right:.5f}%" if is_right else "~%-100%"
        yield sign + _escape(option.text)


def _escape(text: str) -> str:
    return re.sub(r"([~=#{}:\\])", r"\\\1", text).replace("\n", "\\n")
