"""Signs of Word that are no letters: ticks and crosses of symbol fonts, formulas."""

from __future__ import annotations

from typing import Any

from studyhall.bank.formats.word_numbering import W
from studyhall.bank.formats.xml_safe import local

_SYMBOLS = {
    ("wingdings", 0xFC): "√", ("wingdings", 0xFB): "×", ("wingdings", 0xFE): "√", ("wingdings", 0xFD): "×",
    ("wingdings 2", 0x50): "√", ("wingdings 2", 0x4F): "×", ("wingdings 2", 0x52): "√",
    ("wingdings 2", 0x53): "×",
    ("symbol", 0xD6): "√", ("symbol", 0xB4): "×",
}  # fmt: skip


def symbol(element: Any) -> str:
    """Wingdings ticks and crosses."""
    try:
        code = int(element.get(f"{W}char", ""), 16) & 0xFF
    except ValueError:
        return ""
    return _SYMBOLS.get(((element.get(f"{W}font") or "").lower(), code), "")


def formula(element: Any) -> str:
    """A formula on one line: fractions, powers and roots stay what they are."""
    name = local(element)
    if name == "t":
        return element.text or ""
    parts = {local(child): formula(child) for child in element}
    if name == "f":
        return f"({parts.get('num', '')})/({parts.get('den', '')})"
    if name == "sSup":
        return f"{parts.get('e', '')}^({parts.get('sup', '')})"
    if name == "sSub":
        return f"{parts.get('e', '')}_({parts.get('sub', '')})"
    if name == "rad":
        return f"√({parts.get('e', '')})"
    return "".join(formula(child) for child in element)
