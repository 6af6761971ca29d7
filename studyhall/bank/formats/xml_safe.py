"""XML from strangers: no entities, no network, no document of its own, no depth without end."""

from __future__ import annotations

from typing import Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring as defused_fromstring
from lxml import etree

from studyhall.bank.formats.reading import Refused


def parsed(data: bytes) -> Any:
    """The root element (lxml), without comments; refuses what is no XML or carries a document type."""
    if b"<!ENTITY" in data[:100_000]:
        raise Refused("文件里的 XML 带有实体定义，不安全，没有读。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("文件里的 XML 读不懂，可能没有传完或者已经损坏。") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused("文件里的 XML 带有实体定义，不安全，没有读。")
    return root


def parsed_plain(data: bytes) -> Any:
    """The same as an element of the standard library."""
    try:
        return defused_fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise Refused("文件里的 XML 带有实体定义，不安全，没有读。") from error
    except (SyntaxError, ValueError) as error:
        raise Refused("文件里的 XML 读不懂，可能没有传完或者已经损坏。") from error


def all_named(element: Any, name: str) -> list[Any]:
    """Every element of that name below, and the element itself."""
    return [one for one in element.iter() if local(one) == name]


def first_named(element: Any, name: str) -> Any | None:
    return next((one for one in element.iter() if local(one) == name), None)


def local(element: Any) -> str:
    """The name without its namespace."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""
