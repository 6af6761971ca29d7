"""Foreign files are read in a process of their own: little memory, little time, no environment.

A reader that runs away or falls over takes only that process with it. On Linux the system enforces memory
and time; elsewhere only the time.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from studyhall.bank.formats.reading import Reading, Refused
from studyhall.bank.many import kept_alive

MEMORY = 500 * 1024 * 1024
SECONDS = 60
MOST_OUTPUT = 120 * 1024 * 1024

_CHILD = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from studyhall.bank.formats.sandbox import _child; _child()"
)


def read_apart(
    path: Path, key_path: Path | None = None, *, name: str | None = None, seconds: int = SECONDS
) -> Reading:
    """As `formats.read_file`; raises Refused with a line for the clerk whatever happens to the child."""
    order = {
        "path": str(path.resolve()),
        "key": str(key_path.resolve()) if key_path else None,
        "name": name or path.name,
        "seconds": seconds,
    }
    with kept_alive():
        answer = _ask(order, seconds)
        if "refused" in answer:
            raise Refused(answer["refused"])
        return Reading.from_dict(answer["reading"])


def _ask(order: dict[str, Any], seconds: int) -> dict[str, Any]:
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "SYSTEMDRIVE") if name in os.environ}
    command = [sys.executable, "-X", "utf8", "-c", _CHILD, json.dumps(sys.path)]
    try:
        done = subprocess.run(  # noqa: S603  the command is ours, the file name travels on standard input
            command,
            input=json.dumps(order).encode("utf-8"),
            capture_output=True,
            timeout=seconds,
            env=kept,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"refused": f"读这个文件超过了 {seconds} 秒，没有读完；请分成几个小一些的文件再传。"}
    if done.stderr:
        logging.getLogger(__name__).warning("%s", done.stderr[-2000:].decode("utf-8", errors="replace"))
    if done.returncode != 0 or not done.stdout:
        return {"refused": "读这个文件要用的内存或时间超过了限制，没有读；请分成几个小一些的文件再传。"}
    if len(done.stdout) > MOST_OUTPUT:
        return {"refused": "这个文件里的内容太多，没有读；请分成几个小一些的文件再传。"}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _child() -> None:
    """In the child: limits first, then the reader, then one JSON document."""
    gc.disable()  # it lives for one file; its memory is bounded
    order = json.loads(sys.stdin.buffer.read())
    _limit(order["seconds"])
    from studyhall.bank.formats import read_file

    try:
        key = Path(order["key"]) if order["key"] else None
        reading = read_file(Path(order["path"]), key, name=order["name"])
        answer: dict[str, Any] = {"reading": reading.to_dict()}
    except Refused as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        answer = {"refused": "读这个文件要用的内存超过了限制，没有读；请分成几个小一些的文件再传。"}
    except RecursionError:
        answer = {"refused": "这个文件里的内容套得太深，没有读。"}
    except Exception:
        logging.exception("reader failed")  # on standard error, for the log of the parent
        answer = {"refused": "这个文件读不懂，可能已经损坏；请另存为 .xlsx 或 .docx 再传。"}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", errors="replace"))


def _limit(seconds: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
