"""JSON as the database keeps it: letters as they are, and documents that somebody has written already."""

from __future__ import annotations

import json
from typing import Any


class JsonText(str):
    """A document in words: a JSON column takes it as it stands, for thousands of rows nobody need parse."""

    __slots__ = ()


_write = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def written(value: Any) -> JsonText:
    return value if isinstance(value, JsonText) else JsonText(_write(value))
