"""Answers of fill questions that nothing tells but the print: written into the sentence, underlined or in red.

Bold tells nothing here: it stresses words.
"""

from __future__ import annotations

from collections.abc import Sequence

from studyhall.bank.answers import blanks_in
from studyhall.bank.drafts import Draft, Look, shortened
from studyhall.bank.formats.blank_marks import BLANK
from studyhall.bank.formats.look_marks import said, stretches
from studyhall.bank.record import Finding, Kind

LEAST, NEARLY = 5, 0.9
LONGEST = 30
"""A longer stretch is a sentence that was stressed."""


def give_stretches(drafts: Sequence[Draft]) -> list[str]:
    """Where nearly all fill questions without a key have such words and no blank; says so of the file."""
    bare = [draft for draft in drafts if draft.kind is Kind.FILL and not draft.answer and not draft.options]
    looks = sorted(
        {look for draft in bare for run in draft.runs for look in run.looks if look.sort != "bold"}
    )
    told = {look: [_words_marked(draft, look) for draft in bare] for look in looks}
    rules = [
        look
        for look, found in told.items()
        if (count := sum(map(bool, found))) >= LEAST and count >= NEARLY * len(bare)
    ]
    if not rules or any(told[look] != told[rules[0]] for look in rules):
        return []
    look = rules[0]
    for draft, places in zip(bare, told[look], strict=True):
        if places:
            _blank(draft, places, look)
        elif not blanks_in(draft.stem):
            draft.doubt("no-mark", f"别的题都有{said(look)}的字，这一题没有。")
    return [f"有 {sum(map(bool, told[look]))} 道填空题的答案按{said(look)}的字读出，请抽查几题。"]


def _words_marked(draft: Draft, look: Look) -> list[tuple[int, int]]:
    """Stretches of the stem that may be answers; empty where one cannot be."""
    if not draft.runs or blanks_in(draft.stem):
        return []
    found = list(stretches(draft, look) or ())
    lengths = [end - start for start, end in found]
    return found if lengths and max(lengths) <= LONGEST and sum(lengths) < 0.8 * len(draft.stem) else []


def _blank(draft: Draft, places: Sequence[tuple[int, int]], look: Look) -> None:
    """Each stretch, and the blanks around it, becomes an empty line."""
    draft.blanks = tuple((draft.stem[start:end],) for start, end in places)
    draft.answer = "；".join(draft.stem[start:end] for start, end in places)
    parts, before = [], 0
    for start, end in places:
        parts.append(draft.stem[before:start])
        before = end
    draft.stem = BLANK.join(part.strip(" 　\t") for part in (*parts, draft.stem[before:])).strip()
    draft.rules.append("key-by-form")
    message = f"答案按{said(look)}的字读出（{shortened(draft.answer)}），文件里没有另外写。"
    draft.doubts.append(Finding("key-by-form", message, holds=False))
