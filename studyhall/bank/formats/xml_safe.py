"""XML from strangers: no entities, no network, no document of its own, no depth without end."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from html.entities import name2codepoint
from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring as defused_fromstring
from lxml import etree

from studyhall.bank.formats.reading import Refused

_SAFE: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "remove_comments": True,
}  # fmt: skip
_DEFINES = "文件里的 XML 带有实体定义，不安全，没有读。"
_UNREADABLE = "文件里的 XML 读不懂，可能没有传完或者已经损坏。"
_NAMED_TYPE = re.compile(rb"<!DOCTYPE\s[^\[\]<>]*>")
_OF_HTML = re.compile(rb"&([A-Za-z]{2,8}\d{0,2});")
_OF_XML = frozenset([b"lt", b"gt", b"amp", b"quot", b"apos"])


def parsed(data: bytes) -> Any:
    """The root element (lxml), without comments; refuses what is no XML or defines anything of its own.

    A document type that only names itself, as every old QTI file does, is passed over; names of HTML (&nbsp;)
    are the signs they stand for.
    """
    try:
        root = etree.fromstring(_plain(data), etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(_UNREADABLE) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(_DEFINES)
    return root


def children_of(data: bytes, parent: str, tags: Sequence[str]) -> Iterator[Any]:
    """As `parsed`, but only the elements of these tags right in `parent`, each gone when the next is asked for.

    A long document in short runs would else take ten times the memory of its words.
    """
    try:
        for _event, element in etree.iterparse(io.BytesIO(_plain(data)), tag=tags, **_SAFE):
            above = element.getparent()
            if above is None or above.tag != parent:
                continue
            if element.getroottree().docinfo.internalDTD is not None:
                raise Refused(_DEFINES)
            yield element
            element.clear()
            while element.getprevious() is not None:
                del above[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused(_UNREADABLE) from error


def _plain(data: bytes) -> bytes:
    if b"<!ENTITY" in data[:100_000]:
        raise Refused(_DEFINES)
    data = _NAMED_TYPE.sub(b"", data[:4_000], count=1) + data[4_000:]
    return _OF_HTML.sub(_signed, data)


def _signed(name: re.Match[bytes]) -> bytes:
    code = None if name[1] in _OF_XML else name2codepoint.get(name[1].decode("ascii"))
    return b"&#%d;" % code if code else name[0]


def parsed_plain(data: bytes) -> Any:
    """The same as an element of the standard library."""
    try:
        return defused_fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Refused(_DEFINES) from error
    except (SyntaxError, ValueError) as error:
        raise Refused(_UNREADABLE) from error


def all_named(element: Any, name: str) -> list[Any]:
    """Every element of that name below, and the element itself."""
    return [one for one in element.iter() if local(one) == name]


def first_named(element: Any, name: str) -> Any | None:
    return next((one for one in element.iter() if local(one) == name), None)


def local(element: Any) -> str:
    """The name without its namespace."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""
