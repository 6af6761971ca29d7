"""One item of QTI 2.1: its words, its interactions and the key that the declarations tell."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from lxml import etree

from studyhall.bank.drafts import Draft
from studyhall.bank.formats.html_words import Finder, mind_lost_pictures, words_of
from studyhall.bank.formats.model_answers import parted
from studyhall.bank.formats.xml_safe import all_named, first_named, local
from studyhall.bank.record import KEYS, Kind, Place

_NAMES = {
    "matchInteraction": "匹配题", "associateInteraction": "配对题", "gapMatchInteraction": "选词填空",
    "inlineChoiceInteraction": "带菜单的填空", "orderInteraction": "排序题", "hottextInteraction": "选词题",
    "hotspotInteraction": "点图题", "sliderInteraction": "滑块题", "uploadInteraction": "交文件的题",
    "graphicGapMatchInteraction": "拖图题", "customInteraction": "自定义的题", "drawingInteraction": "画图题",
    "mediaInteraction": "听力或视频题", "choiceInteraction": "有几组选项的题", "textEntryInteraction": "填空和别的合在一起",
    "extendedTextInteraction": "简答和别的合在一起",
}  # fmt: skip


def draft_of_item_2(item: Any, place: Place, find: Finder) -> Draft | None:
    body = first_named(item, "itemBody")
    if body is None:
        return None
    declared = {one.get("identifier", ""): one for one in all_named(item, "responseDeclaration")}
    found = [one for one in body.iter() if local(one).endswith("Interaction")]
    stem, pictures = words_of(_stem(body), find)
    if not stem:
        return None
    draft = Draft(stem=stem, place=place, pictures=pictures, source=stem, rules=["qti-2.1"])
    names = {local(one) for one in found}
    if len(found) == 1 and names == {"choiceInteraction"}:
        _choice(found[0], declared, draft, find)
    elif found and names == {"textEntryInteraction"}:
        draft.kind = Kind.FILL
        draft.blanks = tuple(
            tuple(_accepted(declared.get(one.get("responseIdentifier", "")))) for one in found
        )
    elif names <= {"extendedTextInteraction"}:
        draft.kind = Kind.SHORT
        words, pictures = words_of(_rubric(body), find, draft.pictures)
        draft.answer, draft.points = parted(words)
        draft.pictures += pictures
    else:
        draft.kind = Kind.OTHER
        said = "、".join(_NAMES.get(name, name) for name in sorted(names))
        draft.doubt("other-kind", f"这种题型（{said[:60]}）系统里没有。")
    draft.explanation, pictures = words_of(_feedback(item), find, draft.pictures)
    draft.pictures += pictures
    mind_lost_pictures(draft)
    return draft


def _choice(interaction: Any, declared: dict[str, Any], draft: Draft, find: Finder) -> None:
    names: list[str] = []
    for choice in all_named(interaction, "simpleChoice")[:26]:
        text, pictures = words_of(_inner(choice), find, draft.pictures)
        draft.pictures += pictures
        draft.options.append((KEYS[len(names)], text))
        names.append(choice.get("identifier", ""))
    prompt = first_named(interaction, "prompt")
    if prompt is not None:
        words, pictures = words_of(_inner(prompt), find, draft.pictures)
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
        if declaration.get("baseType") == "string" and key not in found and _worth(entry) >= 1:
            found.append(key)
    return [word for word in found if word]


def _worth(entry: Any) -> float:
    try:
        return float(entry.get("mappedValue") or 0)
    except ValueError:
        return 0.0


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


_TAG = re.compile(r"<[^>]*>")
_NAMESPACE = re.compile(r'\sxmlns(?::\w+)?="[^"]*"')


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
    return _TAG.sub(lambda tag: _NAMESPACE.sub("", tag[0]), words)


def _feedback(item: Any) -> str:
    found = first_named(item, "modalFeedback")
    return _inner(found) if found is not None else ""


def _rubric(body: Any) -> str:
    found = first_named(body, "rubricBlock")
    return _inner(found) if found is not None and "scorer" in found.get("view", "") else ""


def tags_in(resource: Any) -> list[str]:
    """Keywords of the resource's metadata."""
    return ["".join(one.itertext()).strip() for one in resource.iter() if local(one) == "keyword"]
