"""How large a form may be: small everywhere, larger only for the views that take a file and say so."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, TypeVar

from flask import Request, current_app, request
from werkzeug.datastructures import FileStorage

View = TypeVar("View", bound=Callable[..., Any])

MEGABYTE = 1024 * 1024


def takes_files(megabytes: int) -> Callable[[View], View]:
    """Declare that a view takes a file of at most so many megabytes."""

    def declare(view: View) -> View:
        view.studyhall_largest = megabytes * MEGABYTE  # type: ignore[attr-defined]
        return view

    return declare


def in_memory(view: View) -> View:
    """Declare that what is uploaded here must never touch the disk, not even as a temporary file."""
    view.studyhall_in_memory = True  # type: ignore[attr-defined]
    return view


class MindfulRequest(Request):
    """A request whose files stay in memory where the view asks for that (`in_memory`)."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        view = current_app.view_functions.get(self.endpoint or "")
        if getattr(view, "studyhall_in_memory", False):
            return io.BytesIO()
        return super()._get_file_stream(total_content_length, content_type, filename, content_length)


def bound() -> None:
    """Before anything reads the body, the check of the token included."""
    view = current_app.view_functions.get(request.endpoint or "")
    largest = getattr(view, "studyhall_largest", None)
    if largest is not None:
        request.max_content_length = largest


def largest() -> int:
    """What the view that was asked for takes, in whole megabytes."""
    most = request.max_content_length or MEGABYTE
    return max(1, most // MEGABYTE)


@contextmanager
def kept_for_reading(upload: FileStorage) -> Iterator[Path]:
    """The upload as a file that only this process sees, gone afterwards whatever happens.

    Its name is ours: what the browser called it never reaches the disk.
    """
    folder = Path(tempfile.mkdtemp(prefix="studyhall-"))
    try:
        path = folder / "upload"
        upload.save(path)
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)
