"""What the login page says to somebody who is not known yet: where it leads, and who helps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from studyhall.core import clock
from studyhall.people import memberships
from studyhall.people import queries as people
from studyhall.quizzes import sittings
from studyhall.quizzes.sittings import Announced

_CONTEST = re.compile(r"/c/([0-9a-z]+)")
NAMED = 2
"""So many admins are named at most: he is to go to one of them."""


@dataclass(frozen=True)
class Helping:
    """An admin, and where he is to be found."""

    name: str
    unit_name: str


def leads_to(session: Session, target: str, now: datetime) -> Announced | None:
    """The contest whose address he came by, as its notice has it; None for any other page."""
    found = _CONTEST.match(urlsplit(target).path)
    return sittings.announced(session, found[1], now) if found else None


def who_helps(session: Session, unit_path: str | None) -> list[Helping]:
    """The admins nearest to the unit whose contest he came for; else those of the site, if it has but one office."""
    found = people.admins_for(session, unit_path) if unit_path else people.admins_of_site(session)
    named = []
    for person, unit in found[:NAMED]:
        held = memberships.counting_on(session, person.id, clock.today())
        named.append(Helping(person.name, held.unit.name if held else unit.name))
    return named
