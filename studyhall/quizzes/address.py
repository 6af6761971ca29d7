"""Where a contest is found from outside: the address in reminders and under a QR code."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, url_for

from studyhall.core.db import db
from studyhall.core.settings import settings_of
from studyhall.quizzes.models import Assessment


def address_of(assessment: Assessment) -> str:
    """The short address, whole where the office has set its own or the deployer one (`SITE_ADDRESS`).

    Never out of a Host header: a reminder goes to a work group.
    """
    return addresses_of([assessment])[assessment.id]


def addresses_of(assessments: Sequence[Assessment]) -> dict[int, str]:
    """`address_of` of each, by id; the settings are asked once for all."""
    owners = {one.owner_unit.path for one in assessments}
    own = {path: held.address for path, held in settings_of(db.session, owners).items()}
    site: str = current_app.config["SITE_ADDRESS"]
    return {
        one.id: (own[one.owner_unit.path] or site).rstrip("/") + url_for("quizzes.intro", code=one.code)
        for one in assessments
    }
