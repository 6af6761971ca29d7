"""Who changed what, when: one row a change, written in the transaction that makes it, never altered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from studyhall.core import clock
from studyhall.core.access import Actor
from studyhall.core.db import Base, direct, intpk, line, short


class AuditEvent(Base):
    """One change. Database triggers refuse to update or delete a row (see the first migration)."""

    __tablename__ = "audit_event"

    id: Mapped[intpk]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    """None for what the system does by itself, such as closing an attempt at its deadline."""
    actor_name: Mapped[str | None] = mapped_column(sa.String(80))
    action: Mapped[short]
    """A fixed word, `assessment.published`; `admin.audit_words` says it in Chinese."""
    subject: Mapped[short]
    """What was changed, `assessment:12`."""
    summary: Mapped[line]
    """The subject as a person names it: a title, a name."""
    unit_path: Mapped[str] = mapped_column(sa.String(250), index=True)
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


def record(
    session: Session,
    actor: Actor | None,
    action: str,
    subject: str,
    summary: str,
    *,
    unit_path: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write one change into the trail. A bare insert, built once: hand-ins come here by the hundred."""
    values: dict[str, Any] = {
        "at": clock.now(),
        "actor_id": actor.person_id if actor else None,
        "actor_name": actor.name if actor else None,
        "action": action,
        "subject": subject,
        "summary": summary[:250],
        "unit_path": unit_path,
    }
    # Left out, not null: a null would be stored as the JSON word.
    values |= {name: given for name, given in (("before", before), ("after", after)) if given is not None}
    direct(session).execute(_INSERT, values)


_INSERT = sa.insert(cast(sa.Table, AuditEvent.__table__))


def record_many(
    session: Session, actor: Actor | None, action: str, changes: Sequence[Mapping[str, Any]]
) -> None:
    """The same act on many subjects in one statement: a sheet of five thousand people is as many changes.

    Each change has `subject`, `summary`, `unit_path` and perhaps `before` and `after`.
    """
    if changes:
        common = {
            "at": clock.now(),
            "actor_id": actor.person_id if actor else None,
            "actor_name": actor.name if actor else None,
            "action": action,
            "before": None,
            "after": None,
        }
        session.execute(
            sa.insert(AuditEvent),
            [common | dict(change) | {"summary": change["summary"][:250]} for change in changes],
        )
