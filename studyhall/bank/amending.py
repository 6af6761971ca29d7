"""A question mended by hand in the preview: what was typed, checked as strictly as what was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from studyhall.bank.answers import letters_of, truth_of
from studyhall.bank.record import Answer, Kind, Option, Place, Record, State
from studyhall.core.citations import parse_citation
from studyhall.core.errors import Refused

EDITABLE = {
    Kind.SINGLE: "单选题",
    Kind.MULTIPLE: "多选题",
    Kind.JUDGE: "判断题",
    Kind.FILL: "填空题",
    Kind.SHORT: "简答题",
}
LETTERS = "ABCDEFGHIJKL"
_USUAL = 6


def letters_for(record: Record) -> str:
    """So many fields the form has: all options there are and one more."""
    return LETTERS[: max(_USUAL, len(record.options) + 1)]


def begun(words: str, place: Place) -> Record:
    """A question begun from a piece that was not understood: its words as the stem, all else to be typed."""
    return Record(Kind.SINGLE, words.strip(), place=place, state=State.HELD, source=words)


def mended_whole(record: Record, form: Mapping[str, str]) -> Record:
    """As `mended`; of a case the part that the form names, and ready when nothing holds another."""
    part = form.get("part", "")
    if not record.parts:
        return mended(record, form)
    if not part.isdecimal() or not 0 < int(part) <= len(record.parts):
        raise Refused("请选改第几问。")
    at = int(part) - 1
    parts = (*record.parts[:at], mended(record.parts[at], form), *record.parts[at + 1 :])
    ready = all(one.state is State.READY for one in parts)
    return replace(record, parts=parts, state=State.READY if ready else State.HELD, findings=())


def mended(record: Record, form: Mapping[str, str]) -> Record:
    """The question as the admin has typed it. Raises Refused, saying which field and why."""
    kind = _kind(form.get("kind", ""))
    stem = form.get("stem", "").strip()
    if not stem:
        raise Refused("题干是空的，请填上。")
    options = _options(form) if kind in (Kind.SINGLE, Kind.MULTIPLE) else ()
    cites = typed_cites(form.get("cites", ""))
    return replace(
        record,
        kind=kind,
        stem=stem,
        options=options,
        answer=_answer(kind, form.get("answer", ""), options),
        explanation=form.get("explanation", "").strip(),
        law=form.get("law", "").strip(),
        cites=cites,
        difficulty=int(form["difficulty"]) if form.get("difficulty") in ("1", "2", "3") else None,
        state=State.READY,
        findings=(),
    )


def typed_cites(text: str) -> tuple[str, ...]:
    """One a line, or with 、 between them. Raises Refused for what names no article."""
    cites = tuple(words.strip() for words in text.replace("、", "\n").splitlines() if words.strip())
    for words in cites:
        if parse_citation(words) is None:
            raise Refused("依据“%(words)s”看不懂，写成《民法典》第一千零四十二条这样。", words=words)
    return cites


def taken(record: Record) -> Record:
    """As it stands, the doubts set aside by somebody who looked. Raises Refused where it cannot be asked."""
    questions = record.parts or (record,)
    for question in questions:
        if question.kind not in EDITABLE:
            raise Refused("这一种题目前不能用，只能不要它。")
        if question.answer is None and question.kind is not Kind.SHORT:
            raise Refused("还没有答案，请先改题目，把答案填上。")
        _answer(question.kind, _typed(question), question.options)
    parts = tuple(replace(part, state=State.READY, findings=()) for part in record.parts)
    return replace(record, state=State.READY, findings=(), parts=parts)


def typed_answer(record: Record) -> str:
    """The answer as the field of the form shows it."""
    return _typed(record)


def _typed(record: Record) -> str:
    answer = record.answer
    if isinstance(answer, bool):
        return "正确" if answer else "错误"
    if record.kind is Kind.FILL and isinstance(answer, tuple):
        return "\n".join("/".join(blank) for blank in answer)
    if isinstance(answer, tuple):
        return "".join(str(letter) for letter in answer)
    return answer or ""


def _kind(name: str) -> Kind:
    if name not in {str(kind) for kind in EDITABLE}:
        raise Refused("请选题型。")
    return Kind(name)


def _options(form: Mapping[str, str]) -> tuple[Option, ...]:
    texts = [form.get(f"option-{letter}", "").strip() for letter in LETTERS]
    while texts and not texts[-1]:
        texts.pop()
    if len(texts) < 2:
        raise Refused("选择题至少要两个选项。")
    if not all(texts):
        raise Refused("选项%(letter)s是空的，请填上，或者把后面的往前移。", letter=LETTERS[texts.index("")])
    if len(set(texts)) < len(texts):
        raise Refused("有两个选项一样，请改一个。")
    return tuple(Option(letter, text) for letter, text in zip(LETTERS, texts, strict=False))


def _answer(kind: Kind, typed: str, options: tuple[Option, ...]) -> Answer:
    text = typed.strip()
    if kind is Kind.SHORT:
        return text or None
    if not text:
        raise Refused("还没有答案，请填上。")
    if kind is Kind.JUDGE:
        truth = truth_of(text)
        if truth is None:
            raise Refused("判断题的答案写正确或错误。")
        return truth
    if kind is Kind.FILL:
        return tuple(
            tuple(word.strip() for word in line.split("/") if word.strip())
            for line in text.splitlines()
            if line.strip(" /")
        )
    if len(options) < 2:
        raise Refused("选择题至少要两个选项，请先改题目。")
    letters = list(letters_of(text) or ())
    known = [option.key for option in options]
    for letter in letters:
        if letter not in known:
            raise Refused(
                "答案是%(letter)s，选项只有%(first)s到%(last)s。",
                letter=letter,
                first=known[0],
                last=known[-1],
            )
    if not letters:
        raise Refused("答案只写选项的字母，如 B 或 ABD。")
    if kind is Kind.SINGLE and len(letters) != 1:
        raise Refused("单选题只能有一个答案；有几个对的，请改成多选题。")
    if kind is Kind.MULTIPLE and len(letters) < 2:
        raise Refused("多选题至少要两个答案；只有一个对的，请改成单选题。")
    return tuple(letters)
