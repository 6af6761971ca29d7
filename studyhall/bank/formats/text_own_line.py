"""Answers in words behind their question on its own line: 满____岁。答案：18, 怎么办？答：先报告。

Letters and truths behind a label are found anywhere in a line. Words are an answer only where the question before
them is whole and has asked: a blank, or a question mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from studyhall.bank.answers import blanks_in
from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.text_rules import mark_of

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


_FIRST = re.compile(r"(?<![A-Za-zＡ-Ｚ])[AＡ]\s*[.．、:：)）]")
_BEHIND_OPTIONS = re.compile(
    r"^(?P<options>.*[B-HＢ-Ｈ]\s*[.．、:：)）]\s*\S.*?)\s+(?:参考|正确)?答\s*案\s*[:：]?\s*(?P<key>[A-HＡ-Ｈ]{1,8})\s*[。.]?\s*$"
)


def keys_behind_options(lines: list[Line]) -> list[Line]:
    """D.丁村 答案A: the key begins a line of its own, where nearly all questions of the file have it so."""
    behind = [_BEHIND_OPTIONS.match(line.text) if "案" in line.text else None for line in lines]
    count = sum(found is not None for found in behind)
    sets = sum(bool(_FIRST.search(line.text)) for line in lines)
    if count < 3 or count < 0.9 * sets or any(mark_of(line.text).rule == "answer" for line in lines):
        return lines
    return [
        part
        for line, found in zip(lines, behind, strict=True)
        for part in (_parted(line, found) if found else (line,))
    ]


def _parted(line: Line, found: re.Match[str]) -> Sequence[Line]:
    return replace(line, text=found["options"]), replace(line, text=f"答案：{found['key']}", pictures=())
