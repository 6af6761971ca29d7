"""Moodle XML: what Moodle's own question bank gives and takes, with pictures and tags."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any

from studyhall.bank.answers import blanks_in
from studyhall.bank.drafts import Draft
from studyhall.bank.formats import cloze
from studyhall.bank.formats.html_words import Finder, media_type, mind_lost_pictures, tidy, words_of
from studyhall.bank.formats.materials import gathered
from studyhall.bank.formats.model_answers import parted
from studyhall.bank.formats.part_right import PART_RIGHT, mind_many_options
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.tags import with_tags
from studyhall.bank.record import KEYS, Fragment, Kind, Picture, Place
from studyhall.bank.settling import settle

_OTHER = {
    "matching": "匹配题", "match": "匹配题", "cloze": "嵌入式填空（带菜单）",
    "multianswer": "嵌入式填空（带菜单）",
    "ddwtos": "拖拽填词", "gapselect": "选词填空", "calculated": "计算题", "calculatedmulti": "计算题",
    "calculatedsimple": "计算题", "ordering": "排序题", "ddimageortext": "拖拽题", "ddmarker": "拖拽题",
    "ddmatch": "匹配题", "randomsamatch": "匹配题", "random": "随机题",
}  # fmt: skip


def read(root: Any, file: str) -> Reading:
    """`root` is the parsed <quiz>. Categories name the topic; descriptions ask nothing and are shown."""
    reading = Reading("moodle", file=file)
    topics: tuple[str, ...] = ()
    for number, element in enumerate(root.findall("question"), 1):
        kind = element.get("type", "")
        place = Place(file=file or None, row=number, line=getattr(element, "sourceline", None))
        if kind == "category":
            name = _text(element, "category")
            topics = tuple(part for part in name.split("/") if part and part not in ("$course$", "top"))
            continue
        draft = _draft(element, kind, place)
        if kind == "description" or draft is None:
            words = words_of(_text(element, "questiontext"))[0]
            reading.fragments.append(Fragment(place, "这是一段说明，不是试题。", words[:500]))
            continue
        draft.topics = topics
        tags = [(tag.findtext("text") or "").strip() for tag in element.findall("tags/tag")]
        reading.records.append(with_tags(settle(draft), tags))
    reading.records = gathered(reading.records)
    return reading


def _draft(element: Any, kind: str, place: Place) -> Draft | None:
    question = element.find("questiontext")
    gaps = cloze.parted(_text(element, "questiontext")) if kind in ("cloze", "multianswer") else None
    stem, pictures = _said(question, element, (), gaps[0] if gaps else None)
    old = _old_picture(element, len(pictures) + 1)
    if old:
        stem, pictures = f"{stem}\n〔{old.name}〕", (*pictures, old)
    if not stem:
        stem = words_of(_text(element, "name"))[0]
    if not stem:
        return None
    draft = Draft(stem=stem, place=place, pictures=pictures, source=stem, rules=[f"moodle-{kind}"])
    if gaps:
        draft.kind, draft.blanks = Kind.FILL, gaps[1]
    else:
        _BY_TYPE.get(kind, _other)(element, draft)
    general, pictures = _said(element.find("generalfeedback"), element, draft.pictures)
    draft.explanation = general or draft.explanation
    draft.pictures += pictures
    mind_lost_pictures(draft)
    return draft


def _said(
    element: Any, question: Any, known: Sequence[Picture], markup: str | None = None
) -> tuple[str, tuple[Picture, ...]]:
    """The words of an element with its pictures, by the format it names."""
    if element is None:
        return "", ()
    words = markup if markup is not None else element.findtext("text") or element.text or ""
    if element.get("format") == "plain_text":
        return tidy(words), ()
    return words_of(words, _finder(element, question), known)


def _multichoice(element: Any, draft: Draft) -> None:
    answers = element.findall("answer")
    right = ""
    for place, answer in enumerate(answers[:26]):
        text, pictures = _said(answer, element, draft.pictures)
        draft.pictures += pictures
        draft.options.append((KEYS[place], text))
        if _fraction(answer) > 0:
            right += KEYS[place]
    single = (element.findtext("single") or "true").strip().lower() in ("true", "1")
    if single:
        whole = [KEYS[p] for p, answer in enumerate(answers[:26]) if _fraction(answer) >= 99]
        right = "".join(whole) or right
    draft.kind = Kind.SINGLE if single else Kind.MULTIPLE
    draft.answer = right
    mind_many_options(draft, len(answers))
    if not single and len({_fraction(a) >= 99 for a in answers if _fraction(a) > 0}) > 1:
        draft.doubt("weights", PART_RIGHT)
    said = [words_of(a.findtext("feedback/text") or "")[0] for a in answers if _fraction(a) > 0]
    draft.explanation = "\n".join(filter(None, said))


def _choiceset(element: Any, draft: Draft) -> None:
    """All of the right ones or nothing: it does not say `single`."""
    _multichoice(element, draft)
    draft.answer = "".join(
        KEYS[place]
        for place, answer in enumerate(element.findall("answer")[:26])
        if _fraction(answer) > 0 or (answer.findtext("correctanswer") or "").strip() in ("1", "true")
    )
    draft.kind = Kind.MULTIPLE if len(draft.answer) > 1 else Kind.SINGLE
    draft.doubts = [doubt for doubt in draft.doubts if doubt.rule != "weights"]


def _truefalse(element: Any, draft: Draft) -> None:
    draft.kind = Kind.JUDGE
    right = [a for a in element.findall("answer") if _fraction(a) > 0]
    draft.answer = (right[0].findtext("text") or "").strip() if len(right) == 1 else ""
    if right:
        draft.explanation = words_of(right[0].findtext("feedback/text") or "")[0]


def _shortanswer(element: Any, draft: Draft) -> None:
    """Answers are plain words unless they say otherwise; one for each blank of the stem they are not."""
    draft.kind = Kind.FILL
    right = [
        words_of(words)[0] if answer.get("format") == "html" else tidy(words)
        for answer in element.findall("answer")
        if _fraction(answer) >= 100 and (words := answer.findtext("text") or "")
    ]
    if len(right) == 1 and blanks_in(draft.stem) > 1:
        draft.answer = right[0]
    else:
        draft.blanks = (tuple(dict.fromkeys(right)),)
    if any("*" in word for word in right):
        draft.doubt("wildcard", "答案里有通配符 *，请改成具体的答案。")


def _numerical(element: Any, draft: Draft) -> None:
    _shortanswer(element, draft)
    if any(_number(answer.findtext("tolerance")) for answer in element.findall("answer")):
        draft.kind = Kind.OTHER
        draft.doubt("other-kind", "这是带误差范围的数值题，系统里没有这种题型。")


def _essay(element: Any, draft: Draft) -> None:
    draft.kind = Kind.SHORT
    words, pictures = _said(element.find("graderinfo"), element, draft.pictures)
    draft.answer, draft.points = parted(words)
    draft.pictures += pictures


def _other(element: Any, draft: Draft) -> None:
    kind = element.get("type", "")
    draft.kind = Kind.OTHER
    draft.doubt("other-kind", f"这是{_OTHER.get(kind, f'“{kind[:20]}”题')}，系统里没有这种题型。")


_BY_TYPE: dict[str, Callable[[Any, Draft], None]] = {
    "multichoice": _multichoice,
    "multichoiceset": _choiceset,
    "oumultiresponse": _choiceset,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "essay": _essay,
}


def _text(element: Any, path: str) -> str:
    found = element.find(path)
    return (found.findtext("text") or found.text or "").strip() if found is not None else ""


def _fraction(answer: Any) -> float:
    return _number(answer.get("fraction"))


def _number(words: str | None) -> float:
    try:
        return float((words or "0").replace(",", "."))
    except ValueError:
        return 0.0


def _finder(element: Any, question: Any) -> Finder:
    """Pictures that the text names with @@PLUGINFILE@@ and that stand beside it in base64."""

    def find(source: str) -> tuple[str, bytes] | None:
        name = source.rsplit("/", 1)[-1]
        files = [] if element is None else element.findall("file")
        for file in (*files, *question.findall("file")):
            media = media_type(name)
            if file.get("name") == name and media:
                data = _decoded(file.text or "")
                return (media, data) if data else None
        return None

    return find


def _old_picture(element: Any, number: int) -> Picture | None:
    """The picture of Moodle 1.9 has an element of its own."""
    name, data = (element.findtext("image") or "").strip(), element.findtext("image_base64")
    media = media_type(name)
    decoded = _decoded(data or "")
    return Picture(f"图{number}", media, decoded) if media and decoded else None


def _decoded(words: str) -> bytes:
    try:
        return base64.b64decode("".join(words.split()))
    except (binascii.Error, ValueError):
        return b""
