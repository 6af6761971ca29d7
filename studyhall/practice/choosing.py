"""Which laws somebody wants his five questions from."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.practice.models import PracticeLaw


def choose_laws(session: Session, person_id: int, laws: Collection[int]) -> None:
    """These and no others; none: whatever the year asks for."""
    session.execute(sa.delete(PracticeLaw).where(PracticeLaw.person_id == person_id))
    session.add_all(PracticeLaw(person_id=person_id, law_id=law_id) for law_id in sorted(laws))
    session.flush()
