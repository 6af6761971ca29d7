"""Keys of fill questions that stand in their own blanks: 在__15__日内, 每（季度）一次.

What stands between two lines may be the words between two blanks, what stands in brackets an aside: somebody
has to look at each.
"""

from __future__ import annotations

import re

from studyhall.bank.drafts import Draft, shortened

_ON_LINES = re.compile(r"(?<![_＿])[_＿]{1,3}\s*([^_＿\s][^_＿]{0,19}?)\s*[_＿]{1,3}(?![_＿])")
_IN_BRACKETS = re.compile(r"[（(]\s*([^（）()\s][^（）()]{0,29}?)\s*[）)]")
_ASIDE = re.compile(r"^(?:\d+分|每空.*|多选|单选|以下简称.*|简称.*|见.*|第.+条.*)$")
BLANK = "____"


def keys_in_blanks(draft: Draft) -> None:
    """Only where no blank is left empty: else what stands in the others is no key for all of them."""
    on_lines = _ON_LINES.findall(draft.stem)
    rest = _ON_LINES.sub("", draft.stem)
    if re.search(r"[_＿]|[（(]\s*[）)]", rest):
        return
    if on_lines:
        draft.answer, draft.stem = "；".join(on_lines), _ON_LINES.sub(BLANK, draft.stem)
        draft.doubt("key-on-the-line", f"横线上的“{shortened(draft.answer)}”当作答案了，请核对。")
        return
    words = [word for word in _IN_BRACKETS.findall(draft.stem) if not _ASIDE.match(word)]
    if words:
        draft.stem = _IN_BRACKETS.sub(lambda m: m[0] if _ASIDE.match(m[1]) else BLANK, draft.stem)
        draft.answer = "；".join(words)
        draft.doubt("key-in-bracket", f"括号里的“{shortened('；'.join(words))}”当作答案了，请核对。")
