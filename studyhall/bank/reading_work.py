"""Reading one file that somebody brought: on a thread of its own, which mostly waits for the reader's process.

Who asks waits a moment. Only what takes longer gets a row (`ImportJob`), from which its page tells how far it
is, in whichever process and whoever looks. The file waits on the disk until a batch has come of it, so that it
can be read once more when this process is ended.
"""

from __future__ import annotations

import contextvars
import logging
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.batch_opening import open_batch, prepared
from studyhall.bank.formats.reading import Refused as Unreadable
from studyhall.bank.formats.sandbox import read_apart
from studyhall.bank.models import ImportJob, JobStage
from studyhall.core import clock, state
from studyhall.core.access import Actor
from studyhall.core.db import Database
from studyhall.core.errors import Busy, Refused
from studyhall.people.models import Unit

_log = logging.getLogger(__name__)

AT_ONCE = 2
"""Files read at the same time in a process: each may take 500 MB. The others wait."""
_turns = threading.BoundedSemaphore(AT_ONCE)
_BEAT = 20.0
"""Seconds between two signs of life of one that waits its turn."""

UPLOAD, KEY = "upload", "key"
BROKEN = "读到一半出了错，不是文件的问题。请再读一次。"


def places() -> Path:
    """Where files wait to be read, each in a folder of its own."""
    folder = state.home() / "uploads" / "reading"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@dataclass(frozen=True)
class Order:
    """What is to be read for whom."""

    folder: Path
    """Holds `UPLOAD`, and `KEY` where the key is a file of its own."""
    name: str
    bank: str
    owner_id: int
    actor: Actor | None


class Work:
    """One order on its way. What it says of itself goes into its row as soon as it has one."""

    def __init__(self, database: Database, order: Order, job_id: int | None = None) -> None:
        self.database, self.order, self.job_id = database, order, job_id
        self.batches: list[int] = []
        self.problem = ""
        self.fault: Exception | None = None
        self._stage, self._questions = JobStage.WAITING, 0
        self._lock = threading.Lock()
        """Taken before the database is, by everybody: a row is either made before the work ends or not at all."""
        self._ended = threading.Event()

    def start(self) -> None:
        target = contextvars.copy_context().run  # a clock that stands still stands still there too
        threading.Thread(target=target, args=(self._run,), name="reading", daemon=True).start()

    def has_ended(self, within: float) -> bool:
        """Waits so many seconds for the end."""
        return self._ended.wait(within)

    def keep(self) -> int | None:
        """Give it a row that others can look at; None where it has ended meanwhile."""
        with self._lock:
            if self._ended.is_set():
                return None
            with self.database.writing() as session:
                job = ImportJob(
                    owner_unit_id=self.order.owner_id,
                    bank=self.order.bank,
                    file_name=self.order.name[:250],
                    folder=self.order.folder.name,
                    asked_by=self.order.actor.person_id if self.order.actor else None,
                    asked_at=clock.now(),
                    beat_at=clock.now(),
                    stage=self._stage,
                    questions=self._questions,
                )
                session.add(job)
                session.flush()
                self.job_id = job.id
            return self.job_id

    def _run(self) -> None:
        try:
            while not _turns.acquire(timeout=_BEAT):
                self._say(JobStage.WAITING)
            try:
                self._read()
            finally:
                _turns.release()
        except Busy as busy:
            self._fail(str(busy), busy)
        except (Unreadable, Refused) as refusal:
            shutil.rmtree(self.order.folder, ignore_errors=True)
            self._fail(str(refusal), None)
        except Exception as fault:
            _log.exception("reading failed")
            self._fail(BROKEN, fault)

    def _read(self) -> None:
        order = self.order
        upload, key = order.folder / UPLOAD, order.folder / KEY
        self._say(JobStage.READING)
        read = read_apart(upload, key if key.exists() else None, name=order.name)
        self._say(JobStage.COMPARING, sum(one.questions for one in (read, *read.files)))
        with self.database.reading() as session:
            files = prepared(session, read, session.get_one(Unit, order.owner_id), order.bank)
        self._say(JobStage.KEEPING)
        data = upload.read_bytes()
        with self._lock:
            with self.database.writing() as session:
                owner = session.get_one(Unit, order.owner_id)
                self.batches = [open_batch(session, order.actor, owner, one, data).id for one in files]
                self._write(session, stage=JobStage.DONE, batch_id=self.batches[0], batches=len(files))
            shutil.rmtree(order.folder, ignore_errors=True)
            self._ended.set()

    def _say(self, stage: JobStage, questions: int = 0) -> None:
        with self._lock:
            self._stage, self._questions = stage, questions or self._questions
            if self.job_id is not None:
                with self.database.writing() as session:
                    self._write(session, stage=stage, questions=self._questions)

    def _fail(self, problem: str, fault: Exception | None) -> None:
        """Without a row it is told at once and the file goes; with one the file may be read once more."""
        with self._lock:
            self.problem, self.fault = problem, fault
            if self.job_id is None:
                shutil.rmtree(self.order.folder, ignore_errors=True)
            else:
                with self.database.writing() as session:
                    self._write(session, stage=JobStage.FAILED, problem=problem)
            self._ended.set()

    def _write(self, session: Session, **values: object) -> None:
        if self.job_id is not None:
            session.execute(
                sa.update(ImportJob).where(ImportJob.id == self.job_id).values(beat_at=clock.now(), **values)
            )
