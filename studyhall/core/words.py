"""What every template asks for most: words and addresses, each worked out once and remembered.

A page says some forty words and names a dozen addresses; looked up anew each time they cost more than all
its statements. Jinja's own `_` goes through two contexts and a formatting a word, and `url_for` builds each
address from its rule.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import flask
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import get_translations
from markupsafe import Markup

_marked: WeakKeyDictionary[Any, dict[str, Markup]] = WeakKeyDictionary()


def say(text: str, /, **values: object) -> Markup:
    """The text in the language of this request, with the values put in and made safe."""
    catalogue, marked, _where = _here()
    words = marked.get(text)
    if words is None:
        words = marked[text] = Markup(catalogue.ugettext(text))  # noqa: S704 - our own words, not a visitor's
    # Formatted without values too: a text says %% for % either way.
    return words % values if values or "%" in words else words


def _here() -> tuple[Any, dict[str, Markup], tuple[int, str]]:
    """The catalogue of this request, its words marked up so far, and what its addresses hang on."""
    try:
        here: tuple[Any, dict[str, Markup], tuple[int, str]] = g.words
    except AttributeError:
        catalogue = get_translations()
        where = (id(current_app._get_current_object()), request.script_root if has_request_context() else "")  # type: ignore[attr-defined]
        here = g.words = catalogue, _marked.setdefault(catalogue, {}), where
    return here


def later(text: str) -> str:
    """Marks words that are said when a page is made: `say` takes them as they are."""
    return text


def address(endpoint: str, /, **values: Any) -> str:
    """`url_for`, remembered: for a path on this site, with the same answer whoever asks."""
    if endpoint[0] == "." or "_external" in values or "_scheme" in values:
        return flask.url_for(endpoint, **values)
    try:
        return _address(_here()[2], endpoint, *((name, type(value), value) for name, value in values.items()))
    except TypeError:
        # A value that cannot be remembered by, such as a list.
        return flask.url_for(endpoint, **values)


@lru_cache(maxsize=4096)
def _address(_where: tuple[int, str], endpoint: str, *named: tuple[str, type, Any]) -> str:
    return flask.url_for(endpoint, **{name: value for name, _type, value in named})


def install(app: Flask) -> None:
    app.jinja_env.globals.update(_=say, url_for=address)
