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
from studyhall.core.sandboxed import TOO_MUCH, UNREADABLE

__all__ = ["SECONDS", "TOO_MUCH", "UNREADABLE", "apart"]

_log = logging.getLogger(__name__)

SECONDS = 60
MOST_OUTPUT = 120 * 1024 * 1024

_CHILD = (
    "import json,sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from studyhall.core.sandboxed import read; read(sys.argv[2], int(sys.argv[3]))"
)
_OURS = str(Path(__file__).resolve().parent.parent.parent)
"""Where the package lies. What `site` would do on every start takes longer than reading a small file."""


def apart(reader: str, data: bytes, *, seconds: int = SECONDS) -> Any:
    """What `package.module:function` makes of these bytes, in a child process.

    The function takes bytes and gives plain values or `Lines`. Raises Refused with its words, or with `TOO_MUCH` when
    the child died of what it was given. What went wrong in the child stands in the log.
    """
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "SYSTEMDRIVE") if name in os.environ}
    places = json.dumps([*sys.path, _OURS])
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", _CHILD, places, reader, str(seconds)]
    try:
        done = subprocess.run(  # noqa: S603  the command is ours, what is foreign travels on standard input
            command, input=data, capture_output=True, timeout=seconds, env=kept, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refused(
            "读这个文件超过了 %(seconds)s 秒，没有读完。请分成几个小一些的文件再传。", seconds=seconds
        ) from None
    if done.stderr:
        _log.warning("%s", done.stderr[-2000:].decode("utf-8", errors="replace"))
    if done.returncode != 0 or not done.stdout or len(done.stdout) > MOST_OUTPUT:
        raise Refused(TOO_MUCH)
    first, *lines = done.stdout.decode("utf-8").split("\n")
    answer = json.loads(first)
    if "refused" in answer:
        raise Refused(answer["refused"], **answer.get("values", {}))
    return answer.get("read", lines)
