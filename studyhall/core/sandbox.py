"""Foreign files are read in a process of their own: little memory, little time, no environment, JSON back.

A reader that runs away or falls over takes only that process with it. The bytes travel on standard input, so
nothing of the file touches the disk. On Linux the system enforces memory and time, on Windows a job object
does the memory.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from studyhall.core.errors import Refused
from studyhall.core.forks import Forks, Unanswered
from studyhall.core.sandboxed import END, TOO_MUCH, UNREADABLE

__all__ = ["SECONDS", "TOO_MUCH", "UNREADABLE", "apart"]

_log = logging.getLogger(__name__)

SECONDS = 60
MOST_OUTPUT = 120 * 1024 * 1024

_OURS = str(Path(__file__).resolve().parent.parent.parent)
"""Where the package lies. What `site` would do on every start takes longer than reading a small file."""


def _command(words: str) -> list[str]:
    places = json.dumps([*sys.path, _OURS])
    begin = f"import json,sys; sys.path[:] = json.loads(sys.argv[1]); {words}"
    return [sys.executable, "-I", "-S", "-X", "utf8", "-c", begin, places]


_ENVIRONMENT = {name: os.environ[name] for name in ("SYSTEMROOT", "SYSTEMDRIVE") if name in os.environ}
forks = Forks(_command, _ENVIRONMENT) if sys.platform == "linux" else None


def apart(reader: str, data: bytes, *, seconds: int = SECONDS) -> Any:
    """What `package.module:function` makes of these bytes, in a child process.

    The function takes bytes and gives plain values or `Lines`. Raises Refused with its words, or with `TOO_MUCH` when
    the child died of what it was given. What went wrong in the child stands in the log.
    """
    try:
        output, errors = _answered(reader, data, seconds)
    except (subprocess.TimeoutExpired, TimeoutError):
        raise Refused(
            "读这个文件超过了 %(seconds)s 秒，没有读完。请分成几个小一些的文件再传。", seconds=seconds
        ) from None
    if errors:
        _log.warning("%s", errors[-2000:].decode("utf-8", errors="replace"))
    if len(output) > MOST_OUTPUT or not output.endswith(END):
        raise Refused(TOO_MUCH)
    first, *lines = output.removesuffix(END).decode("utf-8").split("\n")
    answer = json.loads(first)
    if "refused" in answer:
        raise Refused(answer["refused"], **answer.get("values", {}))
    return answer.get("read", lines)


def _answered(reader: str, data: bytes, seconds: int) -> tuple[bytes, bytes]:
    if forks is not None:
        try:
            return forks.ask(reader, data, seconds=seconds, most=MOST_OUTPUT)
        except Unanswered:
            _log.warning("no reader could be divided off; one is started")
    command = _command("from studyhall.core.sandboxed import read; read(sys.argv[2], int(sys.argv[3]))")
    done = subprocess.run(  # noqa: S603  the command is ours, what is foreign travels on standard input
        [*command, reader, str(seconds)], input=data, capture_output=True, timeout=seconds, env=_ENVIRONMENT,
        check=False,
    )  # fmt: skip
    return done.stdout, done.stderr
