"""Options that foreign systems value in ways ours does not: some right by half, or more than there are letters."""

from __future__ import annotations

from studyhall.bank.drafts import Draft
from studyhall.bank.record import KEYS

PART_RIGHT = "有的选项得满分，有的只得一部分分，看不出算不算正确答案，请核对。"


def mind_many_options(draft: Draft, count: int) -> None:
    if count > len(KEYS):
        draft.doubt("too-many-options", f"这道题有 {count} 个选项，系统里最多 {len(KEYS)} 个。")
