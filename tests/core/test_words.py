"""Words and addresses are worked out once, and come out as Flask and Babel would have them."""

from __future__ import annotations

import flask
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from studyhall.core import words
from studyhall.core.templating import Environment

numbers = st.one_of(st.integers(0, 10), st.integers(0, 2**62), st.just(7_316_000_000))


@given(attempt=numbers, position=numbers)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_address_with_numbers_is_the_one_that_flask_builds(
    app: Flask, attempt: int, position: int
) -> None:
    with app.test_request_context():
        for endpoint, values in (
            ("quizzes.question", {"attempt_id": attempt, "position": position}),
            ("quizzes.review", {"attempt_id": attempt, "position": position, "all": 1}),
            ("quizzes.go_on", {"attempt_id": attempt}),
            ("quizzes.intro", {"code": "K3"}),
            ("home.index", {"page": position, "of": attempt}),
        ):
            assert words.address(endpoint, **values) == flask.url_for(endpoint, **values)


@pytest.mark.parametrize(
    "values", [{"back": "/c/甲?x=1&y=2"}, {"page": -1}, {"page": True}, {"unit": [1, 2]}, {"page": None}]
)
def test_other_values_are_left_to_flask(app: Flask, values: dict[str, object]) -> None:
    with app.test_request_context():
        for _again in range(2):
            assert words.address("home.index", **values) == flask.url_for("home.index", **values)


PAGE = """<p title="{{ _('甲<乙') }}">{{ _('共100%%，') }}{{ _('%(count)d人', count=3) }}{{ _(word) }}{{ _('尾') ~ '<' }}</p>"""
DRAWN = '<p title="甲<乙">共100%，3人丙<丁尾&lt;</p>'


@pytest.mark.parametrize("has_languages", [False, True])
def test_words_stand_in_a_page_alike_looked_up_or_as_written(
    app: Flask, monkeypatch: pytest.MonkeyPatch, has_languages: bool
) -> None:
    monkeypatch.setattr(Environment, "has_languages", has_languages)
    with app.test_request_context():
        drawn = app.jinja_env.overlay(autoescape=True).from_string(PAGE).render(word="丙<丁")
    assert drawn == DRAWN


def test_words_without_a_value_are_not_looked_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def note(text: str, /, **_values: object) -> Markup:
        asked.append(text)
        return Markup(text)

    monkeypatch.setitem(app.jinja_env.globals, "_", note)
    with app.test_request_context():
        app.jinja_env.from_string(PAGE).render(word="丙")
    assert asked == ["%(count)d人", "丙"]


def test_there_is_no_catalogue_that_templates_would_pass_over(app: Flask) -> None:
    """Whoever adds a language sets `has_languages`."""
    with app.test_request_context():
        languages = app.extensions["babel"].instance.list_translations()
    assert Environment.has_languages is (len(languages) > 1)
