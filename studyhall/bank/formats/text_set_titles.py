"""Titles of several papers in one file, and of their keys: 第一套, 模拟题（二）, A卷答案：1.A 2.B."""

from __future__ import annotations

import re

from studyhall.core.citations import from_chinese

_CN = "一二三四五六七八九十"
_BEFORE = r"^\s*(?:附\s*[:：]?\s*)?(?:\d{4}\s*年度?)?[^\d。？?！!；;，,：:（()）_]{0,24}?"
_BEHIND = (
    r"(?:\s*[（(](?!\s*[A-HＡ-Ｈ√×]\s*[）)])[^（）()]{1,30}[）)])?"
    r"\s*(?P<key>[（(]?(?:的)?(?:参考|标准|正确)?答\s*案(?:[及与和]?(?:解析|详解|评分标准))?[）)]?)?\s*[:：]?\s*(?P<rest>.*)$"
)
SORTS = tuple(
    re.compile(f"{_BEFORE}{name}{_BEHIND}")
    for name in (
        rf"第\s*(?P<number>[{_CN}]{{1,3}}|\d{{1,2}})\s*套\s*(?:模拟|练习|测试|考试|试)?(?:试?题|试?卷)?",
        rf"(?:试卷|套题|套卷|样卷|样题|真题|(?:模拟|练习|测试|考试|冲刺|押题)(?:试?题|试?卷|测试|考试)?)\s*[（(]?\s*"
        rf"(?P<number>[{_CN}]{{1,3}}|\d{{1,2}}|[A-DＡ-Ｄ])\s*[）)]?",
        r"[（(]?\s*(?P<number>[A-DＡ-Ｄ甲乙丙丁])\s*卷\s*[）)]?",
    )
)


def names_a_paper(text: str) -> bool:
    """Such a title, and nothing behind it."""
    found = (sort.match(text) for sort in SORTS) if len(text) < 60 else ()
    return any(match is not None and not match["rest"].strip() for match in found)


def number_of(said: str) -> int:
    if said.isdigit():
        return int(said)
    for names in ("ABCD", "ＡＢＣＤ", "甲乙丙丁"):
        if said in names:
            return names.index(said) + 1
    return from_chinese(said) or 0
