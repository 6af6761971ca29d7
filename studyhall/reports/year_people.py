"""Behind a figure of the year that counts people: those of the year roster on one side of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.people.models import Membership, Person, Unit
from studyhall.reports.year_lines import Behind, Line, Window, count_of
from studyhall.reports.year_scope import Scope


def people_of_the_year(
    session: Session,
    scope: Scope,
    side: str,
    counted: sa.ColumnElement[bool],
    window: Window,
    *,
    told: Callable[[Sequence[int]], Mapping[int, str]],
    otherwise: str,
) -> Behind:
    """`counted`: who is in the numerator. `told`: for these people, what stands beside each; else `otherwise`."""
    query = scope.year_roster(Person.id, Person.name, Person.staff_no, Unit.name).join(
        Person, Person.id == Membership.person_id
    )
    if side != "denominator":
        query = query.where(counted if side == "numerator" else ~counted)
    rows = session.execute(
        query.order_by(Unit.path, Person.name_sort, Person.staff_no).limit(window.limit).offset(window.skip)
    ).all()
    words = told([row[0] for row in rows])
    return Behind(
        count_of(session, query),
        tuple(
            Line(name, staff_no, unit, words.get(person_id, otherwise), person_id=person_id)
            for person_id, name, staff_no, unit in rows
        ),
    )
