"""Pictures, PDF and Word files of a meeting: bounded, told by content, kept outside the static tree."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core import audit, state
from studyhall.core.access import Actor
from studyhall.core.errors import Refused
from studyhall.study.models import Attachment, StudySession

MOST_FILES = 20
LARGEST_MB = 20
"""A photograph as a phone takes it, or a scanned PDF of some twenty pages."""
LARGEST_FORM_MB = 60
"""Several at once; what one form may carry."""
MOST = {"files": MOST_FILES, "each": LARGEST_MB, "form": LARGEST_FORM_MB}

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def media_type(data: bytes) -> str | None:
    """By content: JPEG, PNG, PDF, Word old and new; None for anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        # Old Office files share one envelope; Word's has a stream of this name.
        return "application/msword" if "WordDocument".encode("utf-16-le") in data else None
    if data.startswith(b"PK"):
        return _DOCX if _is_docx(data) else None
    return None


def _is_docx(data: bytes) -> bool:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except zipfile.BadZipFile:
        return False
    return "word/document.xml" in names and not any(name.endswith("vbaProject.bin") for name in names)


def folder() -> Path:
    return state.home() / "uploads" / "study"


def path_of(sha256: str) -> Path:
    return folder() / sha256[:2] / sha256


def attach(
    session: Session,
    actor: Actor,
    meeting: StudySession,
    files: Sequence[tuple[str, bytes]],
    now: datetime,
) -> list[Attachment]:
    """Keep files, given by name and content: all of them or none.

    The same content twice at one meeting is one attachment. Raises Refused, naming the file, for what is too
    large, empty, too many, or neither picture, PDF nor Word; nothing has then touched the disk.
    """
    kinds = [checked(name, data) for name, data in files]
    session.execute(sa.select(StudySession.id).where(StudySession.id == meeting.id).with_for_update())
    standing = {
        one.sha256: one
        for one in session.scalars(
            sa.select(Attachment).where(Attachment.session_id == meeting.id, Attachment.removed_at.is_(None))
        )
    }
    hashes = [hashlib.sha256(data).hexdigest() for _name, data in files]
    if len(standing.keys() | set(hashes)) > MOST_FILES:
        raise Refused(
            "一场最多%(most)s个文件，已经有%(count)s个。这次的没有存。", most=MOST_FILES, count=len(standing)
        )
    for (name, data), kind, sha256 in zip(files, kinds, hashes, strict=True):
        if sha256 in standing:
            continue
        _keep(sha256, data)
        row = Attachment(
            session_id=meeting.id, name=_plain(name), media_type=kind, size=len(data), sha256=sha256,
            uploaded_by=actor.person_id, uploaded_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        standing[sha256] = row
        _record(session, actor, meeting, row, "study.attached")
    return [standing[sha256] for sha256 in hashes]


def checked(name: str, data: bytes) -> str:
    """Its media type. Raises Refused with the file's name for what is not kept."""
    if not data:
        raise Refused("“%(file)s”是空的，没有存。", file=_plain(name))
    if len(data) > LARGEST_MB * 1024 * 1024:
        raise Refused("“%(file)s”超过%(most)s MB，请先缩小再传。", file=_plain(name), most=LARGEST_MB)
    kind = media_type(data)
    if kind is None:
        raise Refused("只收照片（JPG、PNG）、PDF和Word文件，“%(file)s”不是，没有存。", file=_plain(name))
    return kind


def remove(session: Session, actor: Actor, meeting: StudySession, row: Attachment, now: datetime) -> None:
    """Take it off the meeting. The bytes go when no other attachment has them."""
    if row.removed_at is not None:
        return
    row.removed_at = now
    session.flush()
    _record(session, actor, meeting, row, "study.detached")
    used = sa.exists().where(Attachment.sha256 == row.sha256, Attachment.removed_at.is_(None))
    if not session.scalar(sa.select(used)):
        path_of(row.sha256).unlink(missing_ok=True)


def _keep(sha256: str, data: bytes) -> None:
    """Under its hash, whole or not at all, readable by the site's user only."""
    path = path_of(sha256)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        os.fchmod(file.fileno(), 0o600) if hasattr(os, "fchmod") else None
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _plain(name: str) -> str:
    """What remains of a file's name when paths and control characters are gone."""
    last = name.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    return "".join(char for char in last if char.isprintable()).strip()[-120:] or "文件"


def _record(session: Session, actor: Actor, meeting: StudySession, row: Attachment, action: str) -> None:
    audit.record(
        session, actor, action, f"study_session:{meeting.id}", row.name, unit_path=meeting.owner_unit.path
    )
