"""Somebody says that his record is wrong: asked, answered, never lost."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit, clock
from studyhall.core.access import Actor, Reach
from studyhall.core.errors import Missing, Refused
from studyhall.core.sayings import later
from studyhall.people.models import Correction, Person

ABOUT = {
    "name": later("姓名"),
    "unit": later("单位、职务、类别"),
    "score": later("成绩"),
    "attendance": later("出席"),
    "other": later("别的"),
}
MOST_OPEN = 20


def ask(session: Session, actor: Actor, about: str, text: str) -> Correction:
    """Raises Refused for nothing said, or far too much waiting."""
    if about not in ABOUT:
        raise Refused("请选哪里错了。")
    if not text.strip():
        raise Refused("请写几个字，说说应该是怎样。")
    waiting = session.scalar(
        sa.select(sa.func.count())
        .select_from(Correction)
        .where(Correction.person_id == actor.person_id, Correction.settled_at.is_(None))
    )
    if (waiting or 0) >= MOST_OPEN:
        raise Refused("您已经有很多条在等管理员处理，请先等一等。")
    row = Correction(
        at=clock.now(),
        person_id=actor.person_id,
        unit_path=actor.unit_path,
        about=about,
        text=text.strip()[:1000],
    )
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "correction.asked", f"correction:{row.id}", f"{actor.name}（{actor.staff_no}）",
        unit_path=actor.unit_path, after={"about": ABOUT[about]},
    )  # fmt: skip
    return row


def own(session: Session, person_id: int) -> Sequence[Correction]:
    """One's own, the newest first."""
    return session.scalars(
        sa.select(Correction)
        .where(Correction.person_id == person_id)
        .order_by(Correction.at.desc())
        .limit(20)
    ).all()


def waiting(session: Session, reach: Reach) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Correction)
            .where(reach.within(Correction.unit_path), Correction.settled_at.is_(None))
        )
        or 0
    )


def kept(session: Session, reach: Reach) -> list[tuple[Correction, Person]]:
    """What waits first, then what was settled; the newest first in each."""
    rows = session.execute(
        sa.select(Correction, Person)
        .join(Person, Person.id == Correction.person_id)
        .where(reach.within(Correction.unit_path))
        .order_by(Correction.settled_at.is_not(None), Correction.at.desc())
        .limit(200)
    )
    return [(correction, person) for correction, person in rows]


def settle(session: Session, actor: Actor, reach: Reach, correction_id: int, reply: str) -> None:
    """Answer it. Raises Missing for another unit's, Refused without an answer; settling twice keeps the first."""
    row = session.scalar(
        sa.select(Correction).where(Correction.id == correction_id, reach.within(Correction.unit_path))
    )
    if row is None:
        raise Missing
    if not reply.strip():
        raise Refused("请写一句答复：改了什么，或者为什么不改。")
    if row.settled_at is not None:
        return
    row.settled_at, row.settled_by, row.reply = clock.now(), actor.person_id, reply.strip()[:1000]
    session.flush()
    audit.record(
        session, actor, "correction.settled", f"correction:{row.id}", ABOUT[row.about],
        unit_path=row.unit_path, after={"reply": row.reply},
    )  # fmt: skip
