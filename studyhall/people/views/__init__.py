"""The pages of the people domain: list, one person, units, roster sheets, roles, corrections."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

bp = Blueprint("people", __name__, url_prefix="/people")


def form_page(template: str, form: Any, problem: str | None = None, **about: Any) -> ResponseReturnValue:
    """A form as it is asked for, or once more with what is wrong: then it answers 400."""
    failed = bool(problem or form.errors)
    return render_template(template, form=form, problem=problem, **about), 400 if failed else 200


from studyhall.people.views import (  # noqa: E402, F401
    corrections,
    exempting,
    import_preview,
    importing,
    jobs,
    keeping,
    listing,
    merging,
    roles,
    units,
)
