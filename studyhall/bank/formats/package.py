"""A bank from office to office: one .zip with a manifest, our JSON, the pictures, and a hash of each.

studyhall-bank.json    who made it, when, of which bank, and the SHA-256 of every other file
questions.json         the records; a picture is named here and lies beside
pictures/<hash>.png
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from studyhall.bank.formats.guards import member
from studyhall.bank.formats.reading import MANIFEST, Reading, Refused
from studyhall.bank.formats.soundness import sound
from studyhall.bank.record import Picture, Record

FORMAT = "studyhall-package"
VERSION = 1
QUESTIONS = "questions.json"
_ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg"}
_TORN = "这个题库包不完整，或者有人改过里面的文件，没有读；请对方重新导出。"
_FIXED = (1980, 1, 1, 0, 0, 0)
"""The same bank makes the same bytes on any day."""


@dataclass(frozen=True)
class About:
    """What the manifest says of the whole."""

    bank: str
    """The bank or the law it holds."""
    office: str
    made: str
    """ISO day."""


def write(records: Sequence[Record], about: About) -> bytes:
    """Every record must have its `id`: by that the other office knows it again."""
    pictures: dict[str, bytes] = {}
    questions = [_without_bytes(record, pictures) for record in records]
    files = {QUESTIONS: _json({"questions": questions}), **dict(sorted(pictures.items()))}
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "bank": about.bank,
        "office": about.office,
        "made": about.made,
        "questions": len(records),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {MANIFEST: _json(manifest), **files}.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _without_bytes(record: Record, pictures: dict[str, bytes]) -> dict[str, Any]:
    """The record as JSON carries it, each picture as `[name, media type, file]`."""
    shown = []
    for picture in record.pictures:
        digest = hashlib.sha256(picture.data).hexdigest()
        file = f"pictures/{digest}{_ENDINGS.get(picture.media_type, '')}"
        pictures[file] = picture.data
        shown.append([picture.name, picture.media_type, file])
    whole = replace(record, pictures=(), parts=()).to_dict()
    parts = [_without_bytes(part, pictures) for part in record.parts]
    return whole | {"pictures": shown, "questions": parts}


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def is_package(manifest: object) -> bool:
    return isinstance(manifest, dict) and manifest.get("format") == FORMAT


def read(archive: zipfile.ZipFile, manifest: dict[str, Any], file: str) -> Reading:
    """Raises Refused for another version, for a file that is missing or not the one its hash tells of."""
    if manifest.get("version") != VERSION:
        words = f"这个题库包是第{manifest.get('version')}版的，这里只认第{VERSION}版；请升级系统。"
        raise Refused(words)
    try:
        files = {str(name): _whole(archive, str(name), digest) for name, digest in manifest["files"].items()}
        questions = json.loads(files[QUESTIONS])["questions"]
        records = [sound(_record(whole, files)) for whole in questions]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Refused(_TORN) from error
    names = [one.id for record in records for one in (record, *record.parts)]
    if not all(names) or len(set(names)) < len(names):
        raise Refused(_TORN)
    office, bank = str(manifest.get("office") or "别的单位"), str(manifest.get("bank") or "题库")
    return Reading(
        "package",
        records=[replace(record, source="") for record in records],
        notes=[f"{office}{manifest.get('made') or ''}导出的题库包：{bank}。"],
        file=file,
        bank=f"{bank}（{office}）"[:80],
    )


def _whole(archive: zipfile.ZipFile, name: str, digest: object) -> bytes:
    if name not in archive.NameToInfo:
        raise Refused(_TORN)
    data = member(archive, name)
    if hashlib.sha256(data).hexdigest() != digest:
        raise Refused(_TORN)
    return data


def _record(whole: dict[str, Any], files: dict[str, bytes]) -> Record:
    pictures = tuple(
        Picture(str(name)[:40], str(media), files[path]) for name, media, path in whole["pictures"]
    )
    parts = tuple(_record(part, files) for part in whole["questions"])
    plain = Record.from_dict({**whole, "pictures": [], "questions": []})
    return replace(plain, pictures=pictures, parts=parts)
