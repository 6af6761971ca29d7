"""Moodle XML: what Moodle's own question bank gives and takes, with pictures and tags."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree import ElementTree

from studyhall.bank.drafts import Draft
from studyhall.bank.formats.html_words import Finder, markup_of, media_type, words_of
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.tags import tags_of, with_tags
from studyhall.bank.record import KEYS, Fragment, Kind, Option, Picture, Place, Record
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
    return reading


def _draft(element: Any, kind: str, place: Place) -> Draft | None:
    markup = _text(element, "questiontext")
    stem, pictures = words_of(markup, _finder(element.find("questiontext"), element))
    old = _old_picture(element, len(pictures) + 1)
    if old:
        stem, pictures = f"{stem}\n〔{old.name}〕", (*pictures, old)
    if not stem:
        stem = words_of(_text(element, "name"))[0]
    if not stem:
        return None
    draft = Draft(
        stem=stem,
        place=place,
        explanation=words_of(_text(element, "generalfeedback"))[0],
        pictures=pictures,
        source=stem,
        rules=[f"moodle-{kind}"],
    )
    _BY_TYPE.get(kind, _other)(element, draft)
    return draft


def _multichoice(element: Any, draft: Draft) -> None:
    answers = element.findall("answer")
    right = ""
    for place, answer in enumerate(answers[:26]):
        find = _finder(answer, element)
        text, pictures = words_of(answer.findtext("text") or "", find, len(draft.pictures) + 1)
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
    if not draft.explanation:
        said = [words_of(a.findtext("feedback/text") or "")[0] for a in answers if _fraction(a) > 0]
        draft.explanation = "\n".join(filter(None, said))


def _truefalse(element: Any, draft: Draft) -> None:
    draft.kind = Kind.JUDGE
    right = [a for a in element.findall("answer") if _fraction(a) > 0]
    draft.answer = (right[0].findtext("text") or "").strip() if len(right) == 1 else ""
    if right and not draft.explanation:
        draft.explanation = words_of(right[0].findtext("feedback/text") or "")[0]


def _shortanswer(element: Any, draft: Draft) -> None:
    draft.kind = Kind.FILL
    right = [words_of(a.findtext("text") or "")[0] for a in element.findall("answer") if _fraction(a) >= 100]
    draft.answer = "||".join(right)
    if any("*" in word for word in right):
        draft.doubt("wildcard", "答案里有通配符 *，请改成具体的答案。")


def _numerical(element: Any, draft: Draft) -> None:
    _shortanswer(element, draft)
    tolerances = [float(a.findtext("tolerance") or 0) for a in element.findall("answer")]
    if any(tolerances):
        draft.kind = Kind.OTHER
        draft.doubt("other-kind", "这是带误差范围的数值题，系统里没有这种题型。")


def _essay(element: Any, draft: Draft) -> None:
    draft.kind = Kind.SHORT
    draft.answer = words_of(_text(element, "graderinfo"))[0]


def _other(element: Any, draft: Draft) -> None:
    kind = element.get("type", "")
    draft.kind = Kind.OTHER
    draft.doubt("other-kind", f"这是{_OTHER.get(kind, f'“{kind[:20]}”题')}，系统里没有这种题型。")


_BY_TYPE: dict[str, Callable[[Any, Draft], None]] = {
    "multichoice": _multichoice,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "essay": _essay,
}


def _text(element: Any, path: str) -> str:
    found = element.find(path)
    return (found.findtext("text") or found.text or "").strip() if found is not None else ""


def _fraction(answer: Any) -> float:
    try:
        return float(answer.get("fraction") or 0)
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


# The way out


def write(records: Sequence[Record]) -> bytes:
    """Cases part by part, each with its story before it; law, article and difficulty as tags."""
    quiz = ElementTree.Element("quiz")
    for record in records:
        for question in record.parts or (record,):
            story = record if record.parts else None
            _question(quiz, question, story)
    ElementTree.indent(quiz, " ")
    return ElementTree.tostring(quiz, encoding="utf-8", xml_declaration=True) + b"\n"


_TYPES = {
    Kind.SINGLE: "multichoice",
    Kind.MULTIPLE: "multichoice",
    Kind.JUDGE: "truefalse",
    Kind.FILL: "shortanswer",
    Kind.SHORT: "essay",
    Kind.OTHER: "essay",
}


def _question(quiz: Any, record: Record, story: Record | None) -> None:
    element = ElementTree.SubElement(quiz, "question", type=_TYPES[record.kind])
    _worded(element, "name", record.id or record.stem[:40])
    text = f"{story.stem}\n{record.stem}" if story else record.stem
    pictures = (*story.pictures, *record.pictures) if story else record.pictures
    _html(element, "questiontext", text, pictures)
    _html(element, "generalfeedback", record.explanation)
    if record.kind in (Kind.SINGLE, Kind.MULTIPLE):
        ElementTree.SubElement(element, "single").text = str(record.kind is Kind.SINGLE).lower()
        ElementTree.SubElement(element, "shuffleanswers").text = "true"
        for option in record.options:
            _choice_answer(element, record, option)
    elif record.kind is Kind.JUDGE:
        for word, worth in (("true", record.answer is True), ("false", record.answer is False)):
            answer = ElementTree.SubElement(element, "answer", fraction="100" if worth else "0")
            ElementTree.SubElement(answer, "text").text = word
    elif record.kind is Kind.FILL and isinstance(record.answer, tuple):
        blanks = record.answer
        words = blanks[0] if len(blanks) == 1 else ("；".join(blank[0] for blank in blanks),)
        for word in words:
            answer = ElementTree.SubElement(element, "answer", fraction="100")
            ElementTree.SubElement(answer, "text").text = str(word)
    elif isinstance(record.answer, str):
        _html(element, "graderinfo", record.answer)
    tags = tags_of(record)
    if tags or record.topics:
        parent = ElementTree.SubElement(element, "tags")
        for tag in (*tags, *record.topics):
            _worded(parent, "tag", tag)


def _choice_answer(element: Any, record: Record, option: Option) -> None:
    chosen = record.answer if isinstance(record.answer, tuple) else ()
    share = 100 / max(1, len(chosen))
    worth = share if option.key in chosen else (0.0 if record.kind is Kind.SINGLE else -100.0)
    answer = ElementTree.SubElement(element, "answer", fraction=f"{worth:.5f}", format="html")
    _with_pictures(answer, option.text, record.pictures)


def _worded(parent: Any, name: str, words: str) -> None:
    ElementTree.SubElement(ElementTree.SubElement(parent, name), "text").text = words


def _html(parent: Any, name: str, words: str, pictures: Sequence[Picture] = ()) -> None:
    _with_pictures(ElementTree.SubElement(parent, name, format="html"), words, pictures)


def _with_pictures(element: Any, words: str, pictures: Sequence[Picture]) -> None:
    markup = markup_of(words) if words else ""
    used = []
    for number, picture in enumerate(pictures, 1):
        sign = f"〔{picture.name}〕"
        if sign in markup:
            name = f"{number}.{picture.media_type.rsplit('/', 1)[-1]}"
            markup = markup.replace(sign, f'<img src="@@PLUGINFILE@@/{name}" alt=""/>')
            used.append((name, picture))
    ElementTree.SubElement(element, "text").text = markup
    for name, picture in used:
        file = ElementTree.SubElement(element, "file", name=name, path="/", encoding="base64")
        file.text = base64.b64encode(picture.data).decode("ascii")
