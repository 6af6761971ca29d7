"""Units, people, roles, and the frozen lists every denominator comes from."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Nothing of this domain has a page of its own yet."""
