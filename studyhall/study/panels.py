"""What study puts into the pages of others: logging a reading, one's own next meeting, somebody's record."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from studyhall.core import clock
from studyhall.core.access import Actor, Reach
from studyhall.core.db import db
from studyhall.library.models import Law
from studyhall.study import own_study, queries


def article(*, actor: Actor, law: Law, article: int, sub_article: int = 0, **_about: object) -> Markup:
    """记一次自学, beside an article; once logged today it says so."""
    today = own_study.on_day(db.session, actor.person_id, clock.today())
    done = any(
        one.law_title == law.short_title and one.article == article and one.sub_article == sub_article
        for one in today
    )
    return Markup(  # noqa: S704 - rendered by our own template, which escapes what it is given
        render_template("study/_article.html", law=law, article=article, sub=sub_article, done=done)
    )


def law(*, actor: Actor, law: Law, **_about: object) -> Markup:
    """记一次自学, beside a law as a whole."""
    return article(actor=actor, law=law, article=0)


def coming(*, actor: Actor, **_about: object) -> Markup | None:
    """下一次学习, on the first page of a cadre."""
    meeting = queries.next_meeting(db.session, actor.person_id, clock.today())
    if meeting is None:
        return None
    return Markup(render_template("study/_coming.html", meeting=meeting))  # noqa: S704


def own_year(*, actor: Actor, **_about: object) -> Markup:
    """n / d of one's own year."""
    year = clock.today().year
    meetings = queries.own_meetings(db.session, actor.person_id, year)
    readings = queries.own_readings(db.session, actor.person_id, year)
    return Markup(  # noqa: S704
        render_template("study/_own_year.html", share=queries.own_share(meetings), readings=len(readings))
    )


def record(*, actor: Actor, person_id: int, reach: Reach, **_about: object) -> Markup | None:
    """Somebody's meetings of this year, for whoever may see his record."""
    year = clock.today().year
    meetings = [
        one
        for one in queries.own_meetings(db.session, person_id, year)
        if one.meeting.is_held and (person_id == actor.person_id or reach.covers(one.entry.unit_path))
    ]
    return Markup(  # noqa: S704
        render_template(
            "study/_record.html", meetings=meetings, year=year, share=queries.own_share(meetings),
            readings=len(queries.own_readings(db.session, person_id, year)),
        )
    )  # fmt: skip
