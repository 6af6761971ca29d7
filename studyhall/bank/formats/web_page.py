"""The words of a page that a browser or Word has saved, and of a web archive (.mht)."""

from __future__ import annotations

import email
import re
from email.message import Message
from typing import Any

from lxml import html as lxml_html

from studyhall.bank.formats.lines import decoded


def lines_of_archive(data: bytes) -> list[str]:
    """The page in a web archive (.mht)."""
    return lines_of_html(_html_of_archive(data))


def _html_of_archive(data: bytes) -> str:
    message: Message = email.message_from_bytes(data)
    for part in message.walk():
        payload = part.get_payload(decode=True) if part.get_content_type() == "text/html" else None
        if isinstance(payload, bytes):
            return decoded(payload)
    return ""


_BLOCK_NAMES = "p div br li tr h1 h2 h3 h4 h5 h6 table ul ol pre hr dt dd section article"
_BLOCKS = frozenset(_BLOCK_NAMES.split())


def lines_of_html(markup: str) -> list[str]:
    """The words of a page, a line a block; cells of a row divided by tabs."""
    markup = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", re.sub(r"^\s*<\?xml[^>]*\?>", "", markup)).strip()
    if not markup:
        return []
    root = lxml_html.document_fromstring(markup, parser=lxml_html.HTMLParser(no_network=True))
    words: list[str] = []

    def walk(element: Any) -> None:
        name = element.tag if isinstance(element.tag, str) else ""
        if name in ("script", "style", "head", ""):
            words.append(element.tail or "")
            return
        block = name in _BLOCKS
        words.append("\n" if block else "\t" if name in ("td", "th") else "")
        words.append(re.sub(r"\s+", " ", element.text or ""))
        for child in element:
            walk(child)
        words.append("\n" if block and name != "br" else "")
        words.append(re.sub(r"\s+", " ", element.tail or ""))

    walk(root)
    return [line.strip(" ") for line in "".join(words).replace("\xa0", " ").split("\n") if line.strip()]
