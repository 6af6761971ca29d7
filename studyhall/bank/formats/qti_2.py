"""One item of QTI 2.1, read and written; a package of them goes out as a zip with its manifest."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from typing import Any

from lxml import etree

from studyhall.bank.drafts import Draft
from studyhall.bank.formats.html_words import Finder, markup_of, words_of
from studyhall.bank.formats.tags import tags_of
from studyhall.bank.formats.xml_safe import all_named, first_named, local
from studyhall.bank.record import KEYS, Kind, Picture, Place, Record

_INTERACTIONS = ("choiceInteraction", "textEntryInteraction", "extendedTextInteraction")
_STORY_END = "〔以上是材料〕"


def draft_of_item_2(item: Any, place: Place, find: Finder) -> Draft | None:
    body = first_named(item, "itemBody")
    if body is None:
        return None
    declared = {one.get("identifier", ""): one for one in all_named(item, "responseDeclaration")}
    found = [one for one in body.iter() if local(one).endswith("Interaction")]
    stem, pictures = words_of(_stem(body), find)
    if not stem:
        return None
    draft = Draft(
        stem=stem, place=place, pictures=pictures, explanation=_feedback(item), source=stem, rules=["qti-2.1"]
    )
    names = {local(one) for one in found}
    if len(found) == 1 and names == {"choiceInteraction"}:
        _choice(found[0], declared, draft, find)
    elif found and names == {"textEntryInteraction"}:
        draft.kind = Kind.FILL
        blanks = [_accepted(declared.get(one.get("responseIdentifier", ""))) for one in found]
        draft.answer = "；".join("||".join(words) for words in blanks) if all(blanks) else ""
    elif names <= {"extendedTextInteraction"}:
        draft.kind = Kind.SHORT
        draft.answer = _rubric(body)
    else:
        draft.kind = Kind.OTHER
        draft.doubt("other-kind", f"这种题型（{'、'.join(sorted(names))[:60]}）系统里没有。")
    return draft


def _choice(interaction: Any, declared: dict[str, Any], draft: Draft, find: Finder) -> None:
    names: list[str] = []
    for choice in all_named(interaction, "simpleChoice")[:26]:
        text, pictures = words_of(_inner(choice), find, len(draft.pictures) + 1)
        draft.pictures += pictures
        draft.options.append((KEYS[len(names)], text))
        names.append(choice.get("identifier", ""))
    prompt = first_named(interaction, "prompt")
    if prompt is not None:
        words, pictures = words_of(_inner(prompt), find, len(draft.pictures) + 1)
        draft.pictures += pictures
        draft.stem = f"{draft.stem}\n{words}".strip() if words not in draft.stem else draft.stem
    declaration = declared.get(interaction.get("responseIdentifier", ""))
    right = _accepted(declaration)
    draft.answer = "".join(KEYS[place] for place, name in enumerate(names) if name in right)
    several = declaration is not None and declaration.get("cardinality") == "multiple"
    draft.kind = Kind.MULTIPLE if several else Kind.SINGLE


def _accepted(declaration: Any | None) -> list[str]:
    """The correct values, and what a mapping gives full marks for."""
    if declaration is None:
        return []
    correct = first_named(declaration, "correctResponse")
    found = [(one.text or "").strip() for one in correct] if correct is not None else []
    for entry in all_named(declaration, "mapEntry"):
        key = entry.get("mapKey", "")
        if (
            declaration.get("baseType") == "string"
            and key not in found
            and float(entry.get("mappedValue") or 0) >= 1
        ):
            found.append(key)
    return [word for word in found if word]


def _stem(body: Any) -> str:
    """The body as HTML without interactions; a gap for each blank."""
    copy = etree.fromstring(etree.tostring(body, with_tail=False))
    for element in list(copy.iter()):
        name = local(element)
        if name == "textEntryInteraction":
            _replace(element, "____")
        elif name == "rubricBlock" or (name.endswith("Interaction") and element is not copy):
            _replace(element, "")
    for element in all_named(body, "prompt"):
        if local(element.getparent()) == "choiceInteraction":
            return _inner(copy) or _inner(element)
    return _inner(copy)


def _replace(element: Any, words: str) -> None:
    parent, tail = element.getparent(), element.tail or ""
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + words + tail
    else:
        parent.text = (parent.text or "") + words + tail
    parent.remove(element)


def _inner(element: Any) -> str:
    """Its content as markup without namespaces."""
    words = escape(element.text or "")
    for child in element:
        if local(child) == "prompt" and local(element) == "choiceInteraction":
            continue
        words += etree.tostring(child, encoding="unicode")
    return re.sub(r'\sxmlns(?::\w+)?="[^"]*"', "", words)


def _feedback(item: Any) -> str:
    found = first_named(item, "modalFeedback")
    return words_of(_inner(found))[0] if found is not None else ""


def _rubric(body: Any) -> str:
    found = first_named(body, "rubricBlock")
    return words_of(_inner(found))[0] if found is not None and "scorer" in found.get("view", "") else ""


def tags_in(resource: Any) -> list[str]:
    """Keywords of the resource's metadata."""
    return ["".join(one.itertext()).strip() for one in resource.iter() if local(one) == "keyword"]


def material_of(record: Record, name: str) -> tuple[str, Record]:
    """(story, the part without it) of an item that was written from a case."""
    story, found, stem = record.stem.partition(_STORY_END)
    topics = tuple(topic for topic in record.topics if topic != name)
    return story.strip() if found else "", replace(
        record, stem=(stem if found else record.stem).strip(), topics=topics
    )


# The way out

_ITEM = """<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="{name}" title="{title}"
 adaptive="false" timeDependent="false">
{declarations}<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody>{body}</itemBody>
<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>
{feedback}</assessmentItem>
"""
_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:lom="http://ltsc.ieee.org/xsd/LOM"
 identifier="bank">
<metadata><schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion></metadata>
<organizations/>
<resources>
{resources}</resources>
</manifest>
"""


def write(records: Sequence[Record]) -> bytes:
    """A QTI 2.1 package; parts of a case carry its story and are a case again when we read them."""
    target = io.BytesIO()
    resources = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (record, story, case) in enumerate(_flat(records), 1):
            name = f"item{number:05d}"
            pictures = (*(story.pictures if story else ()), *record.pictures)
            archive.writestr(f"{name}.xml", _item(record, name, story, pictures))
            for place, picture in enumerate(pictures, 1):
                archive.writestr(_picture_name(name, place, picture), picture.data)
            resources.append(_resource(record, name, case))
        archive.writestr("imsmanifest.xml", _MANIFEST.format(resources="".join(resources)))
    return target.getvalue()


def _flat(records: Sequence[Record]) -> Iterator[tuple[Record, Record | None, str]]:
    for number, record in enumerate(records, 1):
        if record.parts:
            yield from ((part, record, f"case:{record.id or number}") for part in record.parts)
        else:
            yield record, None, ""


def _resource(record: Record, name: str, case: str) -> str:
    words = [*tags_of(record), *record.topics, *([case] if case else [])]
    keywords = "".join(
        f"<lom:keyword><lom:string>{escape(word)}</lom:string></lom:keyword>" for word in words
    )
    metadata = (
        f"<metadata><lom:lom><lom:general>{keywords}</lom:general></lom:lom></metadata>" if words else ""
    )
    return (
        f'<resource identifier="{name}" type="imsqti_item_xmlv2p1" href="{name}.xml">{metadata}'
        f'<file href="{name}.xml"/></resource>\n'
    )


def _picture_name(name: str, place: int, picture: Picture) -> str:
    return f"images/{name}-{place}.{picture.media_type.rsplit('/', 1)[-1]}"


def _item(record: Record, name: str, story: Record | None, pictures: Sequence[Picture]) -> str:
    stem = f"{story.stem}\n{_STORY_END}\n{record.stem}" if story else record.stem
    declarations, body = _interaction(record, stem)
    for place, picture in enumerate(pictures, 1):
        image = f'<img src="{_picture_name(name, place, picture)}" alt=""/>'
        body = body.replace(f"〔{picture.name}〕", image)
    feedback = (
        f'<modalFeedback outcomeIdentifier="FEEDBACK" identifier="general" showHide="show">'
        f"{markup_of(record.explanation)}</modalFeedback>\n"
        if record.explanation
        else ""
    )
    title = escape(record.id or record.stem[:30])
    return _ITEM.format(name=name, title=title, declarations=declarations, body=body, feedback=feedback)


def _interaction(record: Record, stem: str) -> tuple[str, str]:
    if record.kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE):
        return _choices(record, stem)
    if record.kind is Kind.FILL and isinstance(record.answer, tuple):
        return _blanks(record, stem)
    rubric = (
        f'<rubricBlock view="scorer">{markup_of(record.answer)}</rubricBlock>'
        if isinstance(record.answer, str)
        else ""
    )
    declaration = '<responseDeclaration identifier="R1" cardinality="single" baseType="string"/>\n'
    return declaration, f'{markup_of(stem)}{rubric}<extendedTextInteraction responseIdentifier="R1"/>'


def _choices(record: Record, stem: str) -> tuple[str, str]:
    if record.kind is Kind.JUDGE:
        options = [("T", "正确"), ("F", "错误")]
        right = {True: ["T"], False: ["F"]}.get(record.answer, []) if isinstance(record.answer, bool) else []
    else:
        options = [(option.key, option.text) for option in record.options]
        right = [str(key) for key in record.answer] if isinstance(record.answer, tuple) else []
    cardinality = "multiple" if record.kind is Kind.MULTIPLE else "single"
    values = "".join(f"<value>{key}</value>" for key in right)
    declaration = (
        f'<responseDeclaration identifier="R1" cardinality="{cardinality}" baseType="identifier">'
        f"<correctResponse>{values}</correctResponse></responseDeclaration>\n"
    )
    choices = "".join(
        f'<simpleChoice identifier="{key}">{markup_of(text)}</simpleChoice>' for key, text in options
    )
    most = 0 if cardinality == "multiple" else 1
    return declaration, (
        f'{markup_of(stem)}<choiceInteraction responseIdentifier="R1" shuffle="false" maxChoices="{most}">'
        f"{choices}</choiceInteraction>"
    )


def _blanks(record: Record, stem: str) -> tuple[str, str]:
    """A gap in the stem for each blank; blanks the stem does not show stand behind it."""
    blanks = record.answer if isinstance(record.answer, tuple) else ()
    declarations = ""
    body = markup_of(stem)
    for number, words in enumerate(blanks, 1):
        entries = "".join(f'<mapEntry mapKey="{escape(str(word))}" mappedValue="1"/>' for word in words)
        declarations += (
            f'<responseDeclaration identifier="R{number}" cardinality="single" baseType="string">'
            f"<correctResponse><value>{escape(str(words[0]))}</value></correctResponse>"
            f'<mapping defaultValue="0">{entries}</mapping></responseDeclaration>\n'
        )
        gap = f'<textEntryInteraction responseIdentifier="R{number}"/>'
        body, found = re.subn(r"_{2,}|＿{2,}", gap.replace("\\", r"\\"), body, count=1)
        body = body if found else f"{body}<p>{gap}</p>"
    return declarations, body
