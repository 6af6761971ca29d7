"""Units, people, roles, and the frozen lists every denominator comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    from studyhall.core import pages
    from studyhall.people.views import bp

    for slot in ("people.acts", "person.acts", "person.account", "person.record"):
        pages.offer(slot)
    app.register_blueprint(bp)
