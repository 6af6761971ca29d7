"""One item of QTI 1.2: its words, its choices and its blanks, as Canvas, Blackboard and Respondus write them."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from studyhall.bank.answers import blanks_in, truths_of_options
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.html_words import Finder, mind_lost_pictures, words_of
from studyhall.bank.formats.part_right import mind_many_options
from studyhall.bank.formats.qti_1_keys import is_number, right_choices, right_words, words_within
from studyhall.bank.formats.xml_safe import all_named, first_named, local
from studyhall.bank.record import KEYS, Kind, Place

_OTHER = re.compile(
    r"matching|dropdown|calculated|numeric|upload|hot.?spot|ordering|jumbled|quiz.?bowl|opinion",
    re.IGNORECASE,
)
_GAP = "____"
_MARKUP = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|span|div|sub|sup|img|font|ol|ul|li|table|tr|td)\b[^<>]*>", re.I
)


def is_only_text(item: Any) -> bool:
    """Canvas keeps the words between questions as items too."""
    return "text_only" in _declared(item)


def draft_of_item_1(item: Any, place: Place, find: Finder) -> Draft | None:
    presentation = first_named(item, "presentation")
    if presentation is None:
        return None
    lids = all_named(presentation, "response_lid")
    texts = [*all_named(presentation, "response_str"), *all_named(presentation, "response_num")]
    stem, pictures = words_of(_materials(presentation, gaps=not lids), find)
    if not stem:
        return None
    draft = Draft(stem=stem, place=place, pictures=pictures, source=stem, rules=["qti-1.2"])
    draft.explanation = _feedback(item)
    declared = _declared(item)
    if "fill_in_multiple_blanks" in declared and lids:
        _named_blanks(lids, draft)
    elif len(lids) > 1 or (lids and texts) or _OTHER.search(declared) or is_number(item):
        _other(draft)
    elif lids:
        _choice(item, lids[0], draft, find)
        if "true" in declared and truths_of_options([text for _key, text in draft.options]):
            draft.kind = Kind.JUDGE
    elif texts:
        _words(item, texts, draft)
    else:
        draft.kind = Kind.SHORT
    mind_lost_pictures(draft)
    return draft


def _other(draft: Draft) -> None:
    draft.kind = Kind.OTHER
    draft.doubt("other-kind", "这是匹配、计算或其他题型，系统里没有这种题型。")


def _choice(item: Any, lid: Any, draft: Draft, find: Finder) -> None:
    names: list[str] = []
    labels = all_named(lid, "response_label")
    for label in labels[:26]:
        text, pictures = words_of(_materials(label), find, draft.pictures)
        draft.pictures += pictures
        draft.options.append((KEYS[len(names)], text))
        names.append(label.get("ident", ""))
    mind_many_options(draft, len(labels))
    several = lid.get("rcardinality", "").lower() == "multiple"
    right = right_choices(item, lid.get("ident", ""), several=several)
    draft.answer = "".join(KEYS[place] for place, name in enumerate(names) if name in right)
    draft.kind = Kind.MULTIPLE if several else Kind.SINGLE


def _named_blanks(lids: list[Any], draft: Draft) -> None:
    """The stem names each blank in brackets, [city]; every label is an answer that counts."""
    accepted = {}
    for lid in lids:
        name = words_of(_materials(lid))[0]
        labels = [words_of(_materials(label))[0] for label in all_named(lid, "response_label")]
        accepted[name] = tuple(dict.fromkeys(filter(None, labels)))
    names = [name for name in re.findall(r"\[([^\[\]]{1,60})\]", draft.stem) if name in accepted]
    if sorted(names) != sorted(accepted) or not all(accepted.values()):
        _other(draft)
        return
    draft.kind = Kind.FILL
    draft.blanks = tuple(accepted[name] for name in names)
    for name in names:
        draft.stem = draft.stem.replace(f"[{name}]", _GAP)


def _words(item: Any, fields: list[Any], draft: Draft) -> None:
    names = [field.get("ident", "") for field in fields]
    accepted = [right_words(item, name) for name in names]
    if not any(accepted):
        draft.kind = Kind.SHORT
        if any(words_within(item, name) for name in names):
            draft.doubt("part-of-words", "答案只要求包含几个字，系统里没有这种判法，请改成填空题或简答题。")
        return
    draft.kind = Kind.FILL
    draft.blanks = tuple(map(tuple, accepted))
    if len(fields) > 1 and blanks_in(draft.stem) != len(fields):
        draft.doubt("blanks-differ", "一题有几个空，请核对每空的答案。")


def _materials(element: Any, *, gaps: bool = False) -> str:
    """The words of an element, not those of its responses; `gaps`: a blank where words go on after a field."""
    found = [part for part in _parts(element, gaps=gaps) if part.strip()]
    while found and found[-1] == _GAP:
        found.pop()
    markup = ""
    for part in found:
        together = not markup or part == _GAP or markup.endswith(_GAP)
        markup += part if together else f"\n{part}"
    return markup


def _parts(element: Any, *, gaps: bool) -> list[str]:
    found = []
    for child in element:
        name = local(child)
        if name in ("mattext", "matemtext", "mat_formattedtext"):
            found.append(_marked_up(child))
        elif name == "matimage":
            found.append(f'<img src="{_source(child)}"/>')
        elif name in ("response_str", "response_num"):
            inside = [one for one in child if local(one) == "material"]
            found += [part for one in inside for part in _parts(one, gaps=False)]
            found += [_GAP] if gaps else []
        elif not name.startswith(("response_", "render_")):
            found += _parts(child, gaps=gaps)
    return found


def _marked_up(text: Any) -> str:
    """Words that are said to be plain have no markup, but for those of systems that say so of everything."""
    words = text.text or ""
    kind = (text.get("texttype") or text.get("type") or "").lower()
    return escape(words, quote=False) if kind == "text/plain" and not _MARKUP.search(words) else words


def _source(image: Any) -> str:
    if image.get("embedded") == "base64":
        return f"data:{image.get('imagtype', 'image/png')};base64,{''.join((image.text or '').split())}"
    return escape(image.get("uri", ""))


def _feedback(item: Any) -> str:
    for feedback in all_named(item, "itemfeedback"):
        if feedback.get("ident", "").lower().startswith(("general", "correct")):
            return words_of(_materials(feedback))[0]
    return ""


def _declared(item: Any) -> str:
    """What kind the system says it is: of Canvas, of a common cartridge, of Blackboard."""
    found = [words_of(one.text or "")[0] for one in all_named(item, "bbmd_questiontype")]
    for one in all_named(item, "qtimetadatafield"):
        words = {local(child): (child.text or "").strip() for child in one}
        if words.get("fieldlabel", "") in ("question_type", "cc_profile", "qmd_itemtype"):
            found.append(words.get("fieldentry", ""))
    found += [(one.text or "").strip() for one in all_named(item, "qmd_itemtype")]
    return " ".join(found).lower()
