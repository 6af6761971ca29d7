"""A bank as a QTI 2.1 package: a zip of items with their pictures, and a manifest with tags as keywords."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from html import escape

from studyhall.bank.formats.html_words import markup_of
from studyhall.bank.formats.materials import flat
from studyhall.bank.formats.model_answers import joined
from studyhall.bank.record import Kind, Picture, Record

_FIXED = (1980, 1, 1, 0, 0, 0)
"""The same bank makes the same bytes on any day."""
_ITEM = """<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="{name}" title="{title}"
 adaptive="false" timeDependent="false">
{declarations}<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
{shown}<itemBody>{body}</itemBody>
{processing}{feedback}</assessmentItem>
"""
_SHOWN = (
    '<outcomeDeclaration identifier="FEEDBACK" cardinality="single" baseType="identifier">'
    "<defaultValue><value>general</value></defaultValue></outcomeDeclaration>\n"
)
_TEMPLATES = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"
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
    """Parts of a case with its story before each."""
    target = io.BytesIO()
    resources = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, data: str | bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, _FIXED), data, zipfile.ZIP_DEFLATED)

        for number, (record, tags) in enumerate(flat(records), 1):
            name = f"item{number:05d}"
            pictures = {_picture_name(name, at, one): one for at, one in enumerate(record.pictures, 1)}
            put(f"{name}.xml", _item(record, name, pictures))
            for file, picture in pictures.items():
                put(file, picture.data)
            resources.append(_resource(name, tags, list(pictures)))
        put("imsmanifest.xml", _MANIFEST.format(resources="".join(resources)))
    return target.getvalue()


def _resource(name: str, tags: Sequence[str], files: Sequence[str]) -> str:
    keywords = "".join(f"<lom:keyword><lom:string>{escape(tag)}</lom:string></lom:keyword>" for tag in tags)
    metadata = (
        f"<metadata><lom:lom><lom:general>{keywords}</lom:general></lom:lom></metadata>" if tags else ""
    )
    listed = "".join(f'<file href="{file}"/>' for file in (f"{name}.xml", *files))
    return (
        f'<resource identifier="{name}" type="imsqti_item_xmlv2p1" href="{name}.xml">{metadata}'
        f"{listed}</resource>\n"
    )


def _picture_name(name: str, place: int, picture: Picture) -> str:
    return f"images/{name}-{place}.{picture.media_type.rsplit('/', 1)[-1]}"


def _item(record: Record, name: str, pictures: dict[str, Picture]) -> str:
    declarations, body, processing = _interaction(record)
    feedback = (
        f'<modalFeedback outcomeIdentifier="FEEDBACK" identifier="general" showHide="show">'
        f"{markup_of(record.explanation)}</modalFeedback>\n"
        if record.explanation
        else ""
    )
    for file, picture in pictures.items():
        image = f'<img src="{file}" alt=""/>'
        body = body.replace(f"〔{picture.name}〕", image)
        feedback = feedback.replace(f"〔{picture.name}〕", image)
    return _ITEM.format(
        name=name,
        title=escape(record.id or record.stem[:30]),
        declarations=declarations,
        shown=_SHOWN if feedback else "",
        body=body,
        processing=processing,
        feedback=feedback,
    )


def _interaction(record: Record) -> tuple[str, str, str]:
    """(declarations, body, how it is scored)."""
    if record.kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE):
        return _choices(record)
    if record.kind is Kind.FILL and isinstance(record.answer, tuple):
        return _blanks(record)
    model = joined(record)
    rubric = f'<rubricBlock view="scorer">{markup_of(model)}</rubricBlock>' if model else ""
    declaration = '<responseDeclaration identifier="RESPONSE" cardinality="single" baseType="string"/>\n'
    interaction = '<extendedTextInteraction responseIdentifier="RESPONSE"/>'
    return declaration, f"{markup_of(record.stem)}{rubric}{interaction}", ""


def _template(name: str) -> str:
    return f'<responseProcessing template="{_TEMPLATES}{name}"/>\n'


def _choices(record: Record) -> tuple[str, str, str]:
    if record.kind is Kind.JUDGE:
        options = [("T", "正确"), ("F", "错误")]
        right = {True: ["T"], False: ["F"]}.get(record.answer, []) if isinstance(record.answer, bool) else []
    else:
        options = [(option.key, option.text) for option in record.options]
        right = [str(key) for key in record.answer] if isinstance(record.answer, tuple) else []
    several = record.kind is Kind.MULTIPLE
    values = "".join(f"<value>{key}</value>" for key in right)
    declaration = (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{"multiple" if several else "single"}"'
        f' baseType="identifier"><correctResponse>{values}</correctResponse></responseDeclaration>\n'
    )
    choices = "".join(
        f'<simpleChoice identifier="{key}">{markup_of(text)}</simpleChoice>' for key, text in options
    )
    interaction = (
        f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="{0 if several else 1}">'
        f"{choices}</choiceInteraction>"
    )
    return declaration, markup_of(record.stem) + interaction, _template("match_correct")


def _blanks(record: Record) -> tuple[str, str, str]:
    """A gap in the stem for each blank; blanks the stem does not show stand behind it."""
    blanks = record.answer if isinstance(record.answer, tuple) else ()
    names = ["RESPONSE"] if len(blanks) == 1 else [f"RESPONSE{at}" for at in range(1, len(blanks) + 1)]
    declarations = ""
    body = markup_of(record.stem)
    for name, words in zip(names, blanks, strict=True):
        entries = "".join(f'<mapEntry mapKey="{escape(str(word))}" mappedValue="1"/>' for word in words)
        declarations += (
            f'<responseDeclaration identifier="{name}" cardinality="single" baseType="string">'
            f"<correctResponse><value>{escape(str(words[0]))}</value></correctResponse>"
            f'<mapping defaultValue="0">{entries}</mapping></responseDeclaration>\n'
        )
        gap = f'<textEntryInteraction responseIdentifier="{name}"/>'
        body, found = re.subn(r"_{2,}|＿{2,}", lambda _blank, gap=gap: gap, body, count=1)  # type: ignore[misc]
        body = body if found else f"{body}<p>{gap}</p>"
    if len(names) == 1:
        return declarations, body, _template("map_response")
    summed = "".join(f'<mapResponse identifier="{name}"/>' for name in names)
    rule = f'<setOutcomeValue identifier="SCORE"><sum>{summed}</sum></setOutcomeValue>'
    return declarations, body, f"<responseProcessing>{rule}</responseProcessing>\n"
