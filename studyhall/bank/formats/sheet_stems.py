"""A key that stands in the brackets of a stem although a column holds it: shown, it would give the answer away."""

from __future__ import annotations

import re
from collections.abc import Sequence

from studyhall.bank.answers import letters_of, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.stem_marks import BracketKey, key_in_stem
from studyhall.bank.record import Finding, Kind

_MAY_BE = re.compile(r"[（(【\[]\s*[A-HＡ-Ｈ√×✓✗✔✘]")
"""Nearly every stem has none, and then nothing is looked at closely."""
_SURELY = r"[（(【\[](?:\s+{0}\s+[）)】\]]|\s*{0}\s*[）)】\]]\s*[。.？?；;]?\s*$)"
"""With blanks beside it, or as the last thing of the stem."""


def keys_in_stems(rows: Sequence[tuple[str, str]]) -> bool:
    """Half of the stems and more show the key of their own row."""
    shown = [bool((found := _in_brackets(stem)) and _meant(found.words) == _meant(key)) for stem, key in rows]
    return sum(shown) > 1 and 2 * sum(shown) >= len(shown)


def mind_key_in_stem(draft: Draft, *, as_a_rule: bool) -> None:
    """Taken off where the sheet does so as a rule; a lone one may be a name (表（A）), and another key is a doubt."""
    found = _in_brackets(draft.stem)
    key = _meant(draft.answer)
    if found is None or key is None:
        return
    shown = _meant(found.words)
    if isinstance(key, tuple) and not draft.options and draft.kind is not Kind.JUDGE:
        return
    sure = as_a_rule or re.search(_SURELY.format(re.escape(found.words)), draft.stem)
    if shown == key and sure:
        draft.stem = found.stem
        draft.rules.append("key-repeated-in-stem")
    elif shown == key:
        draft.doubts.append(
            Finding("key-in-stem", f"题干的括号里写着“{found.words}”，和答案一样，是答案的请删去。")
        )
    elif type(shown) is type(key):
        said = f"题干的括号里写着“{found.words}”，答案写的是“{draft.answer.strip()}”，请核对。"
        draft.doubts.append(Finding("two-keys", said))


_BEHIND = re.compile(
    r"\n\s*(?:【(?:正确|参考|标准)?答案】|(?:正确|参考|标准)?答案\s*[:：])\s*[:：]?\s*(?P<key>[^\n]{1,200}?)"
    r"(?:\s*(?:【(?:答案)?解析】|(?<!\w)(?:答案)?解析\s*[:：])\s*[:：]?\s*(?P<said>.+))?$",
    re.DOTALL,
)


def take_key_behind(draft: Draft) -> None:
    """答案：B and 解析：… on lines of their own behind the options, all in the cell of the stem."""
    letter, words = draft.options[-1]
    found = _BEHIND.search(words)
    if found is None or draft.answer:
        return
    draft.options[-1] = (letter, words[: found.start()].strip())
    draft.answer = found["key"].strip()
    draft.explanation = "\n".join(filter(None, (draft.explanation, (found["said"] or "").strip())))


def _in_brackets(stem: str) -> BracketKey | None:
    if not _MAY_BE.search(stem):
        return None
    found = key_in_stem(stem) or key_in_stem(stem, judge=True)
    return found if found and found.found == 1 else None


def _meant(words: str) -> tuple[str, ...] | bool | None:
    return letters_of(words) or truth_of(words)
