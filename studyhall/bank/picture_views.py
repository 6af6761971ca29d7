"""Pictures of questions on pages: the mark in the words becomes the picture, the picture has an address."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Flask, Response, url_for
from markupsafe import Markup, escape

from studyhall.bank import pictures
from studyhall.bank.asked import Asked
from studyhall.core.access import Permission, require
from studyhall.core.current import current_actor
from studyhall.core.db import db

bp = Blueprint("pictures", __name__, url_prefix="/pictures")


@bp.get("/<int:version_id>/<name>")
@require(Permission.SEE_OWN_RECORD)
def show(version_id: int, name: str) -> Response:
    """Only to who keeps the bank or was dealt the question. A version never changes: a day in the cache."""
    picture = pictures.shown_to(db.session, current_actor(), version_id, name)
    response = Response(picture.data, mimetype=picture.media_type)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def pictured(words: Markup, asked: Asked) -> Markup:
    """Behind `ruled` or `stressed`: the pictures of this question, and of its material, where they belong."""
    if not asked.pictures and not asked.case_pictures:
        return words
    addresses = {name: _address(asked.case_id or 0, name) for name in asked.case_pictures}
    addresses |= {name: _address(asked.version_id, name) for name in asked.pictures}
    return pictures.pictured(words, addresses)


def _address(version_id: int, name: str) -> str:
    return url_for("pictures.show", version_id=version_id, name=name)


def of_version(words: str, version_id: int) -> Markup:
    """Words of a version, escaped, with its pictures; asks the database only where a mark stands."""
    if pictures.OPENS not in words:
        return escape(words)
    names = pictures.names(db.session, [version_id]).get(version_id, frozenset())
    return illustrated(words, {name: _address(version_id, name) for name in names})


def illustrated(words: str, addresses: Mapping[str, str]) -> Markup:
    """Words of a record, escaped, with its pictures by their addresses."""
    return pictures.pictured(escape(words), addresses)


def install(app: Flask) -> None:
    app.jinja_env.filters.update(pictured=pictured, illustrated=illustrated, of_version=of_version)
