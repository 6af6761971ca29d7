"""A bank as Moodle XML: pictures in base64, several blanks as cloze, law, article and difficulty as tags."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from studyhall.bank.formats.cloze import markup_with_gaps
from studyhall.bank.formats.html_words import markup_of
from studyhall.bank.formats.materials import flat
from studyhall.bank.formats.model_answers import joined
from studyhall.bank.record import Kind, Option, Picture, Record

_TYPES = {
    Kind.SINGLE: "multichoice",
    Kind.MULTIPLE: "multichoice",
    Kind.JUDGE: "truefalse",
    Kind.FILL: "shortanswer",
    Kind.SHORT: "essay",
    Kind.OTHER: "essay",
}


def write(records: Sequence[Record]) -> bytes:
    """Parts of a case with its story before each."""
    quiz = ElementTree.Element("quiz")
    for record, tags in flat(records):
        _question(quiz, record, tags)
    ElementTree.indent(quiz, " ")
    return ElementTree.tostring(quiz, encoding="utf-8", xml_declaration=True) + b"\n"


def _question(quiz: Any, record: Record, tags: Sequence[str]) -> None:
    blanks = record.answer if record.kind is Kind.FILL and isinstance(record.answer, tuple) else ()
    kind = "cloze" if len(blanks) > 1 else _TYPES[record.kind]
    element = ElementTree.SubElement(quiz, "question", type=kind)
    _worded(element, "name", record.id or record.stem[:40])
    ways = [(one,) if isinstance(one, str) else one for one in blanks]
    markup = markup_with_gaps(record.stem, ways) if kind == "cloze" else markup_of(record.stem)
    _with_pictures(ElementTree.SubElement(element, "questiontext", format="html"), markup, record.pictures)
    _html(element, "generalfeedback", record.explanation, record.pictures)
    if kind == "multichoice":
        ElementTree.SubElement(element, "single").text = str(record.kind is Kind.SINGLE).lower()
        ElementTree.SubElement(element, "shuffleanswers").text = "true"
        for option in record.options:
            _choice_answer(element, record, option)
    elif kind == "truefalse":
        for word, worth in (("true", record.answer is True), ("false", record.answer is False)):
            answer = ElementTree.SubElement(element, "answer", fraction="100" if worth else "0")
            ElementTree.SubElement(answer, "text").text = word
    elif kind == "shortanswer":
        for word in ways[0] if ways else ():
            answer = ElementTree.SubElement(element, "answer", fraction="100", format="plain_text")
            ElementTree.SubElement(answer, "text").text = word
    elif kind == "essay" and (model := joined(record)):
        _html(element, "graderinfo", model, record.pictures)
    if tags:
        parent = ElementTree.SubElement(element, "tags")
        for tag in tags:
            _worded(parent, "tag", tag)


def _choice_answer(element: Any, record: Record, option: Option) -> None:
    chosen = record.answer if isinstance(record.answer, tuple) else ()
    share = 100 / max(1, len(chosen))
    worth = share if option.key in chosen else (0.0 if record.kind is Kind.SINGLE else -100.0)
    answer = ElementTree.SubElement(element, "answer", fraction=f"{worth:.5f}", format="html")
    _with_pictures(answer, markup_of(option.text), record.pictures)


def _worded(parent: Any, name: str, words: str) -> None:
    ElementTree.SubElement(ElementTree.SubElement(parent, name), "text").text = words


def _html(parent: Any, name: str, words: str, pictures: Sequence[Picture] = ()) -> None:
    markup = markup_of(words) if words else ""
    _with_pictures(ElementTree.SubElement(parent, name, format="html"), markup, pictures)


def _with_pictures(element: Any, markup: str, pictures: Sequence[Picture]) -> None:
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
