"""QTI 1.2 and 2.1: single files and packages in the order of their manifest."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import unquote

from studyhall.bank.drafts import Draft
from studyhall.bank.formats.guards import manifest_of, member
from studyhall.bank.formats.html_words import media_type
from studyhall.bank.formats.materials import gathered
from studyhall.bank.formats.qti_1 import draft_of_item_1, is_only_text
from studyhall.bank.formats.qti_2 import draft_of_item_2, tags_in
from studyhall.bank.formats.reading import Reading, Refused
from studyhall.bank.formats.tags import with_tags
from studyhall.bank.formats.xml_safe import local, parsed
from studyhall.bank.record import Fragment, Place
from studyhall.bank.settling import settle

ROOTS = frozenset(
    ["questestinterop", "assessmentItem", "assessmentTest", "qti-assessment-item", "qti-assessment-test"]
)
_QTI_3 = "这是 QTI 3 的题库；请在原来的系统里导出为 QTI 2.1 再传。"

Reader = Callable[[str], bytes | None]


def read(root: Any, file: str) -> Reading:
    """One file: a whole QTI 1.2 assessment, or one 2.1 item."""
    name = local(root)
    if name.startswith("qti-"):
        raise Refused(_QTI_3)
    if name == "assessmentTest":
        raise Refused("这个 QTI 文件只有试卷的目录，试题在别的文件里；请传整个压缩包。")
    reading = Reading("qti1.2" if name == "questestinterop" else "qti2.1", file=file)
    _take(reading, root, file, lambda _name: None)
    return reading


def read_package(archive: zipfile.ZipFile, file: str) -> Reading:
    """The resources of the manifest, in its order; a resource that is no question is passed over."""
    manifest = manifest_of(archive.namelist())
    folder = posixpath.dirname(manifest)
    root = parsed(member(archive, manifest))
    names = {name.replace("\\", "/"): name for name in archive.namelist()}

    def find(name: str) -> bytes | None:
        for said in (name, unquote(name)):
            path = posixpath.normpath(posixpath.join(folder, said.replace("\\", "/")))
            if path in names:
                return member(archive, names[path])
        return None

    reading = Reading("qti2.1", file=file)
    for resource in _resources(root):
        if not re.search(r"qti|assessment", resource.get("type", ""), re.IGNORECASE):
            continue
        files = [one.get("href", "") for one in resource if local(one) == "file"]
        _take_member(reading, resource.get("href") or next(iter(files), ""), find, tags_in(resource))
    if not reading.records and not reading.fragments:
        _take_unnamed(reading, root, find)
    reading.records = gathered(reading.records)
    if not reading.records:
        reading.notes.append("这个压缩包里没有找到试题。")
    return reading


def _take_member(reading: Reading, href: str, find: Reader, tags: Sequence[str]) -> None:
    data = find(href)
    if data is None or not re.search(r"\.(xml|qti)$", href, re.IGNORECASE):
        return
    item = parsed(data)
    if local(item).startswith("qti-"):
        raise Refused(_QTI_3)
    if local(item) in ("questestinterop", "assessmentItem"):
        if local(item) == "questestinterop":
            reading.format = "qti1.2"
        _take(reading, item, href, find, folder=posixpath.dirname(href), tags=tags)


def _take_unnamed(reading: Reading, root: Any, find: Reader) -> None:
    """A manifest that calls its questions something else: every file it names that is one."""
    hrefs = [one.get("href", "") for resource in _resources(root) for one in (resource, *resource)]
    for href in dict.fromkeys(href for href in hrefs if href.lower().endswith(".xml")):
        try:
            _take_member(reading, href, find, ())
        except Refused as refused:
            if str(refused) == _QTI_3:
                raise


def _resources(root: Any) -> Iterable[Any]:
    return [element for element in root.iter() if local(element) == "resource"]


def _take(
    reading: Reading, root: Any, file: str, read_member: Reader, *, folder: str = "", tags: Sequence[str] = ()
) -> None:
    def find(source: str) -> tuple[str, bytes] | None:
        name = re.sub(r"^\$IMS-CC-FILEBASE\$/?|^%24IMS-CC-FILEBASE%24/?|\?.*$", "", source)
        media = media_type(name)
        data = read_member(posixpath.join(folder, name)) or read_member(name) if media else None
        return (media, data) if media and data else None

    if local(root) == "assessmentItem":
        _settle_into(reading, draft_of_item_2(root, _place(file, root), find), root, file, tags)
        return
    for item in root.iter():
        if local(item) == "item" and is_only_text(item):
            words = " ".join("".join(item.itertext()).split())[:300]
            reading.fragments.append(Fragment(_place(file, item), "这是一段说明，不是试题。", words))
        elif local(item) == "item":
            _settle_into(reading, draft_of_item_1(item, _place(file, item), find), item, file, tags)


def _place(file: str, element: Any) -> Place:
    return Place(file=file or None, line=getattr(element, "sourceline", None))


def _settle_into(reading: Reading, draft: Draft | None, element: Any, file: str, tags: Sequence[str]) -> None:
    if draft is None:
        words = " ".join("".join(element.itertext()).split())[:300]
        reading.fragments.append(Fragment(_place(file, element), "没有题干。", words))
        return
    reading.records.append(with_tags(settle(draft), tags))
