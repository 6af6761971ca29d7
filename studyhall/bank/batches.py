"""What becomes of a batch: found again, landed, perhaps taken back or out of use, or discarded.

It stays open until somebody lands or discards it: a logout loses nothing, another admin may go on.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank import sharing
from studyhall.bank.landing import Landing, dealt, take_back
from studyhall.bank.many import kept_alive
from studyhall.bank.models import (
    Bank,
    BatchState,
    ImportBatch,
    ImportItem,
    Question,
    QuestionState,
    QuestionVersion,
)
from studyhall.bank.queries import usable_by
from studyhall.bank.reach import owned
from studyhall.bank.record import Record
from studyhall.core import audit, clock
from studyhall.core.access import Actor, Reach
from studyhall.core.errors import Refused
from studyhall.core.sayings import later
from studyhall.people.models import Unit


def kept(session: Session, reach: Reach, batch_id: int, *, lock: bool = False) -> ImportBatch:
    """A batch of a unit in one's reach. Raises Missing."""
    return owned(session, ImportBatch, reach, batch_id, lock=lock)


def kept_batches(session: Session, reach: Reach) -> Sequence[ImportBatch]:
    return session.scalars(
        sa.select(ImportBatch)
        .join(Unit, Unit.id == ImportBatch.owner_unit_id)
        .where(reach.within(Unit.path))
        .order_by(ImportBatch.id.desc())
        .limit(50)
    ).all()


def open_batches(session: Session, reach: Reach) -> list[ImportBatch]:
    """Read and not yet landed, the oldest first."""
    return [one for one in reversed(kept_batches(session, reach)) if one.state == BatchState.OPEN]


def land(session: Session, actor: Actor | None, batch: ImportBatch, *, in_use: bool) -> int:
    """All that is ready goes into the bank, in one transaction; gives how many questions.

    Landed from the page they are in use, since the admin has seen them; by the command they are drafts.
    Raises Refused when it has landed already or nothing is ready.
    """
    require_open(batch)
    ready = sa.and_(ImportItem.batch_id == batch.id, ImportItem.state == "ready")
    if not session.scalar(sa.select(sa.exists().where(ready))):
        raise Refused("没有可以入库的题。先核对待核对的，或者换一个文件。")
    if batch.format == sharing.NAME:
        items = session.scalars(sa.select(ImportItem).where(ready).order_by(ImportItem.position)).all()
        sharing.land(session, batch, items, in_use=in_use)
    else:
        with kept_alive():
            _land_new(session, batch, ready, in_use=in_use)
    landed = sa.select(sa.func.sum(ImportItem.questions)).where(
        ImportItem.batch_id == batch.id, ImportItem.state == "landed", ImportItem.change != "gone"
    )
    return _landed(session, actor, batch, int(session.scalar(landed) or 0))


def _land_new(session: Session, batch: ImportBatch, ready: sa.ColumnElement[bool], *, in_use: bool) -> None:
    """Rows and not mapped objects: thousands at once."""
    session.flush()
    prefix = f"b{batch.id}"
    rows = session.execute(
        sa.select(ImportItem.position, ImportItem.record).where(ready).order_by(ImportItem.position)
    )
    landing = Landing(session, batch.bank_id, prefix, in_use=in_use, known=contents_known(session, batch))
    landing.land([(position, Record.from_dict(record)) for position, record in rows])
    became = (
        sa.select(Question.id)
        .where(
            Question.bank_id == batch.bank_id,
            Question.key == sa.literal(f"{prefix}-").concat(sa.cast(ImportItem.position, sa.String)),
        )
        .scalar_subquery()
    )
    quiet = {"synchronize_session": False}
    session.execute(sa.update(ImportItem).where(ready).values(question_id=became), execution_options=quiet)
    state = sa.case((ImportItem.question_id.is_(None), "duplicate"), else_="landed")
    session.execute(sa.update(ImportItem).where(ready).values(state=state), execution_options=quiet)
    session.expire_all()


def _landed(session: Session, actor: Actor | None, batch: ImportBatch, questions: int) -> int:
    batch.state, batch.landed_at = BatchState.LANDED, clock.now()
    batch.landed_by = actor.person_id if actor else None
    _note(session, actor, batch, "bank.import_landed", questions)
    return questions


def contents_known(session: Session, batch: ImportBatch) -> set[str]:
    """Content hashes of all that the batch's unit may use, as it is at this moment."""
    path = session.scalar(sa.select(Unit.path).where(Unit.id == batch.owner_unit_id)) or ""
    return set(
        session.scalars(
            sa.select(QuestionVersion.content_hash)
            .join(Question, Question.current_version_id == QuestionVersion.id)
            .join(Bank, Bank.id == Question.bank_id)
            .where(QuestionVersion.parent_version_id.is_(None), usable_by(path))
        )
    )


def undo(session: Session, actor: Actor | None, batch: ImportBatch) -> int:
    """Take a landed batch back; gives how many questions went.

    Raises Refused when any of its questions has been dealt: those can only be retired.
    """
    if batch.state != BatchState.LANDED:
        raise Refused("这一批没有入库，不用撤回。")
    landed = sa.and_(ImportItem.batch_id == batch.id, ImportItem.state == "landed")
    gone = session.scalar(
        sa.select(sa.func.sum(ImportItem.questions)).where(landed, ImportItem.change != "gone")
    )
    if batch.format == sharing.NAME:
        sharing.undo(session, session.scalars(sa.select(ImportItem).where(landed)).all())
    else:
        take_back(session, sa.select(ImportItem.question_id).where(landed))
    session.execute(
        sa.update(ImportItem).where(landed).values(state="ready"),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    batch.state, gone = BatchState.UNDONE, int(gone or 0)
    _note(session, actor, batch, "bank.import_undone", gone)
    return gone


def dealt_of(session: Session, batch: ImportBatch) -> int:
    """How many of its questions somebody was dealt: any, and the batch cannot be taken back."""
    return dealt(session, _became(batch))


def retire(session: Session, actor: Actor | None, batch: ImportBatch) -> int:
    """All questions of a landed batch out of use, their parts too; gives how many. What was answered stays."""
    if batch.state != BatchState.LANDED:
        raise Refused("这一批没有入库，不用停用。")
    ids = _became(batch)
    mine = sa.or_(Question.id.in_(ids), Question.parent_id.in_(ids))
    changed = session.execute(
        sa.update(Question)
        .where(mine, Question.state != QuestionState.RETIRED)
        .values(state=QuestionState.RETIRED),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    count = int(getattr(changed, "rowcount", 0))
    if not count:
        raise Refused("这一批的题都已经停用了。")
    _note(session, actor, batch, "bank.import_retired", count)
    return count


def _became(batch: ImportBatch) -> sa.Select[int | None]:
    return sa.select(ImportItem.question_id).where(
        ImportItem.batch_id == batch.id, ImportItem.state == "landed", ImportItem.question_id.is_not(None)
    )


def discard(session: Session, batch: ImportBatch) -> None:
    require_open(batch)
    batch.state = BatchState.DISCARDED
    session.flush()


def reopen(session: Session, batch: ImportBatch) -> None:
    """Discarded by mistake: what was mended is still there. Raises Refused for any other."""
    if batch.state != BatchState.DISCARDED:
        raise Refused("这一批没有放弃，不用找回。")
    batch.state = BatchState.OPEN
    session.flush()


def require_open(batch: ImportBatch) -> None:
    """Raises Refused for a batch that nothing can be done with any more."""
    if batch.state != BatchState.OPEN:
        raise Refused({
            BatchState.LANDED: later("这一批已经入库。要改，请到题库里改，或者先撤回。"),
            BatchState.UNDONE: later("这一批已经撤回。要再入库，请重新选文件。"),
        }.get(BatchState(batch.state), later("这一批已经放弃。还要导入的话，先在它的页面上找回来。")))  # fmt: skip


def _note(session: Session, actor: Actor | None, batch: ImportBatch, action: str, questions: int) -> None:
    session.flush()
    path = session.scalar(sa.select(Unit.path).where(Unit.id == batch.owner_unit_id)) or ""
    audit.record(
        session, actor, action, f"import_batch:{batch.id}", batch.file_name, unit_path=path,
        after={"questions": questions},
    )  # fmt: skip
