"""What every template asks for most: words and addresses, each worked out once and remembered.

A page says some forty words and names a dozen addresses; looked up anew each time they cost more than all
its statements. Jinja's own `_` goes through two contexts and a formatting a word, and `url_for` builds each
address from its rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import flask
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import get_translations
from markupsafe import Markup

from studyhall.core.sayings import Saying

_marked: WeakKeyDictionary[Any, dict[str, Markup]] = WeakKeyDictionary()


def say(text: str, /, **values: object) -> Markup:
    """The text in the language of this request, with the values put in and made safe."""
    catalogue, marked, _where = _here()
    words = marked.get(text)
    if words is None:
        words = marked[text] = Markup(catalogue.ugettext(text))  # noqa: S704 - our own words, not a visitor's
    # Formatted without values too: a text says %% for % either way.
    return words % values if values or "%" in words else words


def said(saying: Saying) -> str:
    """What a rule said, in the language of this request."""
    words: str = _here()[0].ugettext(saying.source)
    values = {
        name: said(value) if isinstance(value, Saying) else value for name, value in saying.values.items()
    }
    return words % values if values else words


class Translated(Mapping[Any, str]):
    """A table of marked words, each in the language of the request that asks for it."""

    def __init__(self, table: Mapping[Any, str]) -> None:
        self._table = table

    def __getitem__(self, key: Any) -> str:
        words: str = _here()[0].ugettext(self._table[key])
        return words

    def __iter__(self) -> Iterator[Any]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


def _here() -> tuple[Any, dict[str, Markup], tuple[int, str]]:
    """The catalogue of this request, its words marked up so far, and what its addresses hang on."""
    try:
        here: tuple[Any, dict[str, Markup], tuple[int, str]] = g.words
    except AttributeError:
        catalogue = get_translations()
        where = (id(current_app._get_current_object()), request.script_root if has_request_context() else "")  # type: ignore[attr-defined]
        here = g.words = catalogue, _marked.setdefault(catalogue, {}), where
    return here


def address(endpoint: str, /, **values: Any) -> str:
    """`url_for`, remembered: for a path on this site, with the same answer whoever asks.

    Numbers are put into an address built once for all of them: every row of every page has its own.
    """
    if endpoint[0] == "." or "_external" in values or "_scheme" in values:
        return flask.url_for(endpoint, **values)
    numbers = tuple(name for name, value in values.items() if type(value) is int and value >= 0)
    others = ((name, type(value), value) for name, value in values.items() if name not in numbers)
    try:
        pieces = _pieces(_here()[2], endpoint, numbers, *others)
    except TypeError:
        # A value that cannot be remembered by, such as a list.
        pieces = None
    if pieces is None:
        return flask.url_for(endpoint, **values)
    return "".join([piece if isinstance(piece, str) else str(values[numbers[piece]]) for piece in pieces])


_MARK = 7_316_000_000
"""Stands for the first number while an address is built, the next for the second: no address has them itself."""


@lru_cache(maxsize=4096)
def _pieces(
    _where: tuple[int, str], endpoint: str, numbers: tuple[str, ...], *named: tuple[str, type, Any]
) -> tuple[str | int, ...] | None:
    """An address cut up where its numbers stand, each as its place in `numbers`; None where they do not."""
    marks = {str(_MARK + place): place for place in range(len(numbers))}
    values: dict[str, Any] = {name: value for name, _type, value in named}
    values |= {name: _MARK + place for place, name in enumerate(numbers)}
    built = flask.url_for(endpoint, **values)
    pieces = re.split(f"({'|'.join(marks)})", built) if marks else [built]
    found = tuple(marks.get(piece, piece) for piece in pieces)
    return found if sum(type(piece) is int for piece in found) == len(marks) else None


def install(app: Flask) -> None:
    app.jinja_env.globals.update(_=say, said=said, url_for=address)
    # A macro that is called with the same few arguments over and over, such as an icon's name.
    app.jinja_env.filters["once_each"] = cache
