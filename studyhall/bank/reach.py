"""What belongs to a unit in one's reach, found by its number."""

from __future__ import annotations

from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import ImportBatch, ImportJob
from studyhall.core.access import Reach
from studyhall.core.errors import Missing
from studyhall.people.models import Unit

Owned = TypeVar("Owned", ImportBatch, ImportJob)


def owned(session: Session, kind: type[Owned], reach: Reach, number: int, *, lock: bool = False) -> Owned:
    """The one with this number. Raises Missing where it is not there, or another unit's."""
    query = (
        sa.select(kind)
        .join(Unit, Unit.id == kind.owner_unit_id)
        .where(kind.id == number, reach.within(Unit.path))
    )
    found = session.scalar(query.with_for_update(of=kind) if lock else query)
    if found is None:
        raise Missing
    return found
