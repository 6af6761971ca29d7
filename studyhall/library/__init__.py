"""Laws, their editions and articles."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Nothing of this domain has a page of its own yet."""
