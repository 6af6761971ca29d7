"""One item of QTI 2.1: its words, its interactions and the key that the declarations tell."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from lxml import etree

from studyhall.bank.drafts import Draft
from studyhall.bank.formats.html_words import Finder, mind_lost_pictures, words_of
from studyhall.bank.formats.model_answers import parted
from studyhall.bank.formats.part_right import mind_many_options
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
    is_drawn = any(True for name in _DRAWN for _one in all_named(item, name))
    stem, pictures = words_of(_stem(body), find)
    if not stem:
        return None
    draft = Draft(stem=stem, place=place, pictures=pictures, source=stem, rules=["qti-2.1"])
    names = {local(one) for one in found}
    if is_drawn:
        draft.kind = Kind.OTHER
        draft.doubt("other-kind", "题里的数是临时抽的（计算题），系统里没有这种题型。")
    elif len(found) == 1 and names == {"choiceInteraction"}:
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
    choices = all_named(interaction, "simpleChoice")
    for choice in choices[:26]:
        text, pictures = words_of(_inner(choice), find, draft.pictures)
        draft.pictures += pictures
        draft.options.append((KEYS[len(names)], text))
        names.append(choice.get("identifier", ""))
    mind_many_options(draft, len(choices))
    declaration = declared.get(interaction.get("responseIdentifier", ""))
    right = _accepted(declaration)
    draft.answer = "".join(KEYS[place] for place, name in enumerate(names) if name in right)
    several = declaration is not None and declaration.get("cardinality") == "multiple"
    one_only = interaction.get("maxChoices") == "1" and len(draft.answer) < 2
    draft.kind = Kind.MULTIPLE if several and not one_only else Kind.SINGLE


def _accepted(declaration: Any | None) -> list[str]:
    """The correct values; of words also what the mapping pays as much for, and what it pays for where there are none."""
    if declaration is None:
        return []
    correct = first_named(declaration, "correctResponse")
    found = [(one.text or "").strip() for one in correct] if correct is not None else []
    paid = {entry.get("mapKey", ""): _worth(entry) for entry in all_named(declaration, "mapEntry")}
    best = max((paid.get(word, 0.0) for word in found), default=0.0) or max(paid.values(), default=0.0)
    adds_up = declaration.get("cardinality") == "multiple"
    if declaration.get("baseType") == "string" or not any(found):
        found += [key for key, worth in paid.items() if worth > 0 and (worth >= best or adds_up)]
    return list(dict.fromkeys(word for word in found if word))


def _worth(entry: Any) -> float:
    try:
        return float(entry.get("mappedValue") or 0)
    except ValueError:
        return 0.0


def _stem(body: Any) -> str:
    """The body as HTML without interactions but for what they ask; a gap for each blank."""
    copy = etree.fromstring(etree.tostring(body, with_tail=False))
    for element in list(copy.iter()):
        name = local(element)
        if name == "textEntryInteraction":
            _replace(element, "____")
        elif name in _ASIDE or (name == "rubricBlock" and "candidate" not in element.get("view", "")):
            _replace(element, "")
        elif name.endswith("Interaction") and element is not copy:
            _reduce(element)
    return _inner(copy)


_ASIDE = frozenset(
    ["feedbackInline", "feedbackBlock", "templateInline", "templateBlock", "stylesheet", "infoControl"]
)
_DRAWN = ("templateProcessing", "printedVariable")
"""Items whose numbers are drawn for each person."""


def _reduce(interaction: Any) -> None:
    """To its prompt, in a paragraph."""
    prompt = next((child for child in interaction if local(child) == "prompt"), None)
    said = _inner(prompt) if prompt is not None else ""
    for child in list(interaction):
        interaction.remove(child)
    interaction.text, interaction.tag = "", "div"
    if said.strip():
        interaction.append(
            etree.fromstring(f"<p>{said}</p>", etree.XMLParser(recover=True, resolve_entities=False))
        )


_TAG = re.compile(r"<[^>]*>")
_OWN_NAME = re.compile(r"^<(/?)[a-z]+[A-Z]\w*\b[^>]*>$")
_PREFIX = re.compile(r"^(</?)[\w.-]+:")
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
    """Its content as markup without namespaces, nor what is shown after the answer."""
    words = escape(element.text or "", quote=False)
    for child in element:
        if local(child) in _ASIDE:
            words += escape(child.tail or "", quote=False)
        elif any(local(one) in _ASIDE for one in child.iter()):
            name = local(child)
            words += f"<{name}>{_inner(child)}</{name}>{escape(child.tail or '', quote=False)}"
        else:
            words += etree.tostring(child, encoding="unicode")
    return _TAG.sub(_of_html, words)


def _of_html(tag: re.Match[str]) -> str:
    """Without its namespace; what only QTI knows (hottext, rubricBlock) is no more than a division."""
    plain = _PREFIX.sub(r"\1", _NAMESPACE.sub("", tag[0]))
    return _OWN_NAME.sub(r"<\1div>", plain)


def _feedback(item: Any) -> str:
    """What is said in general or of the right answer; of several for single answers none is surely that."""
    found = all_named(item, "modalFeedback")
    named = [
        one for one in found if re.match(r"general|correct|right|solution", one.get("identifier", ""), re.I)
    ]
    one = next(iter(named or (found if len(found) == 1 else [])), None)
    return _inner(one) if one is not None else ""


def _rubric(body: Any) -> str:
    found = next((one for one in all_named(body, "rubricBlock") if "scorer" in one.get("view", "")), None)
    return _inner(found) if found is not None else ""


def tags_in(resource: Any) -> list[str]:
    """Keywords of the resource's metadata."""
    return ["".join(one.itertext()).strip() for one in resource.iter() if local(one) == "keyword"]
