"""One item of QTI 1.2: its words, its choices and the key that the response conditions tell."""

from __future__ import annotations

import re
from typing import Any

from studyhall.bank.drafts import Draft
from studyhall.bank.formats.html_words import Finder, mind_lost_pictures, words_of
from studyhall.bank.formats.xml_safe import all_named, first_named, local
from studyhall.bank.record import KEYS, Kind, Place


def draft_of_item_1(item: Any, place: Place, find: Finder) -> Draft | None:
    presentation = first_named(item, "presentation")
    if presentation is None:
        return None
    lids = all_named(presentation, "response_lid")
    texts = [*all_named(presentation, "response_str"), *all_named(presentation, "response_num")]
    stem, pictures = words_of(_materials(presentation), find)
    if not stem:
        return None
    draft = Draft(
        stem=stem,
        place=place,
        pictures=pictures,
        explanation=_feedback(item),
        source=stem,
        rules=["qti-1.2"],
    )
    declared = _metadata(item).get("question_type", "")
    if len(lids) > 1 or re.search(r"matching|multiple_dropdowns|calculated|numerical|file_upload", declared):
        draft.kind = Kind.OTHER
        draft.doubt("other-kind", "这是匹配、计算或其他题型，系统里没有这种题型。")
    elif lids:
        _choice(item, lids[0], draft, find)
    elif texts:
        _words(item, texts, draft)
    else:
        draft.kind = Kind.SHORT
    mind_lost_pictures(draft)
    return draft


def _choice(item: Any, lid: Any, draft: Draft, find: Finder) -> None:
    names: list[str] = []
    for label in all_named(lid, "response_label")[:26]:
        text, pictures = words_of(_materials(label), find, draft.pictures)
        draft.pictures += pictures
        draft.options.append((KEYS[len(names)], text))
        names.append(label.get("ident", ""))
    right = _right(item, lid.get("ident", ""))
    draft.answer = "".join(KEYS[place] for place, name in enumerate(names) if name in right)
    several = lid.get("rcardinality", "").lower() == "multiple"
    draft.kind = Kind.MULTIPLE if several else Kind.SINGLE


def _words(item: Any, fields: list[Any], draft: Draft) -> None:
    accepted = [sorted(_right(item, field.get("ident", "")), key=len) for field in fields]
    if not any(accepted):
        draft.kind = Kind.SHORT
        return
    draft.kind = Kind.FILL
    draft.blanks = tuple(map(tuple, accepted))
    if len(fields) > 1:
        draft.doubt("blanks-differ", "一题有几个空，请核对每空的答案。")


def _right(item: Any, ident: str) -> set[str]:
    """Values that earn points: of conditions that add to or set a score, without those under <not>."""
    found: set[str] = set()
    for condition in all_named(item, "respcondition"):
        sets = [setvar for setvar in all_named(condition, "setvar") if _positive(setvar.text)]
        if not sets:
            continue
        for equal in all_named(condition, "varequal"):
            if equal.get("respident", "") == ident and not _negated(equal):
                found.add((equal.text or "").strip())
    return found


def _positive(words: str | None) -> bool:
    try:
        return float(words or 0) > 0
    except ValueError:
        return False


def _negated(element: Any) -> bool:
    parent = element.getparent()
    while parent is not None and local(parent) != "conditionvar":
        if local(parent) == "not":
            return True
        parent = parent.getparent()
    return False


def _materials(element: Any) -> str:
    """The words of an element, not those of its responses."""
    found = []
    for child in element:
        name = local(child)
        if name in ("mattext", "matemtext"):
            found.append(child.text or "")
        elif name == "matimage":
            found.append(f'<img src="{child.get("uri", "")}"/>')
        elif not name.startswith(("response_", "render_")):
            found.append(_materials(child))
    return "\n".join(part for part in found if part.strip())


def _feedback(item: Any) -> str:
    for feedback in all_named(item, "itemfeedback"):
        if feedback.get("ident", "").startswith(("general", "correct")):
            return words_of(_materials(feedback))[0]
    return ""


def _metadata(item: Any) -> dict[str, str]:
    found = {}
    for one in all_named(item, "qtimetadatafield"):
        words = {local(child): (child.text or "").strip() for child in one}
        found[words.get("fieldlabel", "")] = words.get("fieldentry", "")
    return found
