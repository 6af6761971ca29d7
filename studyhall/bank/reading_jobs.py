"""Files that take long to read, found again by whoever keeps the bank; read once more, or given up."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.models import ImportJob, JobStage
from studyhall.bank.reach import owned
from studyhall.bank.reading_work import places
from studyhall.core import clock
from studyhall.core.access import Reach
from studyhall.core.errors import Refused
from studyhall.people.models import Unit

SILENT = timedelta(seconds=90)
"""Reading is ended after sixty seconds and no other stage takes as long: who says nothing for longer is gone."""
_KEPT_DAYS = 7


def kept(session: Session, reach: Reach, job_id: int, *, lock: bool = False) -> ImportJob:
    """A job of a unit in one's reach. Raises Missing."""
    return owned(session, ImportJob, reach, job_id, lock=lock)


def unfinished(session: Session, reach: Reach) -> Sequence[ImportJob]:
    """Being read, broken off or failed, the oldest first."""
    return session.scalars(
        sa.select(ImportJob)
        .join(Unit, Unit.id == ImportJob.owner_unit_id)
        .where(ImportJob.stage != JobStage.DONE, reach.within(Unit.path))
        .order_by(ImportJob.id)
    ).all()


def is_running(job: ImportJob, now: datetime) -> bool:
    """False for one that ended, and for one whose process was ended."""
    return job.stage not in (JobStage.DONE, JobStage.FAILED) and now - job.beat_at <= SILENT


def may_be_read_again(job: ImportJob, now: datetime) -> bool:
    """It did not end well, and the file is still here."""
    return job.stage != JobStage.DONE and not is_running(job, now) and (places() / job.folder).is_dir()


def begin_again(job: ImportJob, now: datetime) -> None:
    """Raises Refused while it is being read, and when there is nothing left to read."""
    if not may_be_read_again(job, now):
        raise Refused("这个文件正在读，或者已经读完了。")
    job.stage, job.beat_at, job.problem, job.questions = JobStage.WAITING, now, "", 0


def give_up(session: Session, job: ImportJob, now: datetime) -> None:
    """Nothing of it is kept. Raises Refused while it is being read."""
    if is_running(job, now):
        raise Refused("这个文件正在读，读完再看。")
    session.delete(job)
    session.flush()
    shutil.rmtree(places() / job.folder, ignore_errors=True)


def clear_away(session: Session) -> None:
    """What ended well a week ago needs no row; a folder that no row names has been forgotten."""
    before = clock.now() - timedelta(days=_KEPT_DAYS)
    session.execute(sa.delete(ImportJob).where(ImportJob.stage == JobStage.DONE, ImportJob.beat_at < before))
    named = set(session.scalars(sa.select(ImportJob.folder)))
    for folder in places().iterdir():
        if folder.name not in named and datetime.fromtimestamp(folder.stat().st_mtime, UTC) < before:
            shutil.rmtree(folder, ignore_errors=True)
