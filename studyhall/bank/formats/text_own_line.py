"""Answers in words behind their question on its own line: 满____岁。答案：18, 怎么办？答：先报告。

Letters and truths behind a label are found anywhere in a line. Words are an answer only where the question before
them is whole and has asked: a blank, or a question mark.
"""

from __future__ import annotations

import re

from studyhall.bank.answers import blanks_in

_BEHIND = re.compile(
    r"(?<=[。.；;？?！!）)】\]\s_＿])(?P<label>[（(【\[]?\s*(?:(?:正确|参考|标准)?答案|(?<=[？?\s])答)\s*[】\]]?\s*[:：])\s*(?P<words>\S.*)$"
)


def answer_apart(line: str) -> tuple[str, str] | None:
    """(the question, its answer behind a label); None where the line is no such pair or could be another."""
    found = _BEHIND.search(line)
    if found is None:
        return None
    asked, words = line[: found.start()].rstrip(), found["words"].strip()
    closed = {"（": "）", "(": ")"}.get(found["label"][0])
    if closed:
        if not words.endswith(closed):
            return None
        words = words[:-1].rstrip()
    asks = asked.endswith(("？", "?")) and len(re.findall("[？?]", asked)) == 1
    quoted = asked.count("“") != asked.count("”")
    if not (asks or blanks_in(asked)) or quoted or not words or blanks_in(words) or _BEHIND.search(words):
        return None
    return asked, f"答案：{words}"
