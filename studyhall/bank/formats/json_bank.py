"""JSON: our own, which holds everything, and the common shapes that other systems give away."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from studyhall.bank.formats import json_questions
from studyhall.bank.formats.reading import Reading, Refused
from studyhall.bank.formats.soundness import sound
from studyhall.bank.record import Record

OURS = "studyhall-bank"
VERSION = 1

_ASSIGNED = re.compile(
    r"^\s*(?:(?:export\s+)?(?:var|let|const)\s+\w+\s*=|(?:module\.)?exports\s*=|export\s+default|window\.\w+\s*=)\s*"
)
"""A script that holds nothing but the data: var questions = […];"""


def may_be(start: str) -> bool:
    return start.lstrip()[:1] in ("[", "{") or bool(_ASSIGNED.match(start))


def is_json(text: str) -> bool:
    try:
        _document(text)
    except (ValueError, RecursionError):
        return False
    return True


def _document(text: str) -> Any:
    """Also one object a line, and the data of a script. Raises ValueError."""
    assigned = _ASSIGNED.sub("", text, count=1)
    if assigned != text:
        text = assigned.rstrip().removesuffix(";")
    try:
        return json.loads(text)
    except ValueError:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2 or not all(line.lstrip().startswith("{") for line in lines):
            raise
        return [json.loads(line) for line in lines]


def read(text: str, file: str) -> Reading:
    try:
        document = _document(text)
    except RecursionError as error:
        raise Refused("这个 JSON 套得太深，没有读。") from error
    except ValueError as error:
        raise Refused("这个 JSON 读不懂，可能没有传完或者已经损坏。") from error
    if isinstance(document, dict) and document.get("format") == OURS:
        return _read_ours(document, file)
    return json_questions.read(document, file)


def _read_ours(document: Mapping[str, Any], file: str) -> Reading:
    if document.get("version") != VERSION:
        raise Refused(
            f"这个题库文件是第 {document.get('version')} 版的，这里只认第 {VERSION} 版；请升级系统。"
        )
    reading = Reading("json", file=file)
    try:
        reading.records = [sound(Record.from_dict(whole)) for whole in document["questions"]]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Refused("这个题库文件的内容不完整，没有读。") from error
    return reading


def write(records: Sequence[Record]) -> str:
    """Everything a record holds; reading it gives the same records."""
    document = {"format": OURS, "version": VERSION, "questions": [record.to_dict() for record in records]}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
