"""Foreign files are read in a process of their own: little memory, little time, no environment, JSON back.

A reader that runs away or falls over takes only that process with it. The bytes travel on standard input, so
nothing of the file touches the disk. On Linux the system enforces memory and time, on Windows a job object
does the memory.
"""

from __future__ import annotations

import gc
import importlib
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from studyhall.core.errors import Refused

_log = logging.getLogger(__name__)

MEMORY = 500 * 1024 * 1024
SECONDS = 60
MOST_OUTPUT = 120 * 1024 * 1024

TOO_MUCH = "读这个文件要用的内存或时间超过了限制，没有读。请删去多余的表和空行，或分成几个小一些的文件。"

UNREADABLE = "这个文件读不懂，可能已经损坏。请用 Excel 或 Word 打开它，另存一次再传。"

_CHILD = (
    "import json,sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from studyhall.core.sandbox import _child; _child(sys.argv[2], int(sys.argv[3]))"
)


def apart(reader: str, data: bytes, *, seconds: int = SECONDS) -> Any:
    """What `package.module:function` makes of these bytes, in a child process.

    The function takes bytes and gives plain values. Raises Refused with its words, or with `TOO_MUCH` when
    the child died of what it was given. What went wrong in the child stands in the log.
    """
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "SYSTEMDRIVE") if name in os.environ}
    command = [sys.executable, "-X", "utf8", "-c", _CHILD, json.dumps(sys.path), reader, str(seconds)]
    try:
        done = subprocess.run(  # noqa: S603  the command is ours, what is foreign travels on standard input
            command, input=data, capture_output=True, timeout=seconds, env=kept, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refused(f"读这个文件超过了 {seconds} 秒，没有读完。请分成几个小一些的文件再传。") from None
    if done.stderr:
        _log.warning("%s", done.stderr[-2000:].decode("utf-8", errors="replace"))
    if done.returncode != 0 or not done.stdout or len(done.stdout) > MOST_OUTPUT:
        raise Refused(TOO_MUCH)
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise Refused(answer["refused"])
    return answer["read"]


def _child(reader: str, seconds: int) -> None:
    """In the child: limits first, then the reader, then one JSON document."""
    gc.disable()  # it lives for one file, and its memory is bounded
    _limit(seconds)
    data = sys.stdin.buffer.read()
    module, _, function = reader.partition(":")
    read: Callable[[bytes], Any] = getattr(importlib.import_module(module), function)
    try:
        answer: dict[str, Any] = {"read": read(data)}
    except Refused as refused:
        answer = {"refused": refused.message}
    except (MemoryError, RecursionError):
        answer = {"refused": TOO_MUCH}
    except Exception:
        logging.exception("reader failed")  # on standard error, for the log of the parent
        answer = {"refused": UNREADABLE}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", errors="replace"))


def _limit(seconds: int) -> None:
    if sys.platform == "win32":  # pragma: no cover
        _limit_job()
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_job() -> None:  # pragma: no cover
    """Windows: put this process into a job object of its own with a bound on its memory."""
    import ctypes

    class Basic(ctypes.Structure):
        _fields_ = [
            ("PerProcessUserTimeLimit", ctypes.c_int64),
            ("PerJobUserTimeLimit", ctypes.c_int64),
            ("LimitFlags", ctypes.c_uint32),
            ("MinimumWorkingSetSize", ctypes.c_size_t),
            ("MaximumWorkingSetSize", ctypes.c_size_t),
            ("ActiveProcessLimit", ctypes.c_uint32),
            ("Affinity", ctypes.c_size_t),
            ("PriorityClass", ctypes.c_uint32),
            ("SchedulingClass", ctypes.c_uint32),
        ]

    class Extended(ctypes.Structure):
        _fields_ = [
            ("Basic", Basic),
            ("Io", ctypes.c_uint64 * 6),
            ("ProcessMemoryLimit", ctypes.c_size_t),
            ("JobMemoryLimit", ctypes.c_size_t),
            ("PeakProcessMemoryUsed", ctypes.c_size_t),
            ("PeakJobMemoryUsed", ctypes.c_size_t),
        ]

    kernel = getattr(ctypes, "WinDLL")("kernel32", use_last_error=True)  # noqa: B009
    kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = ctypes.c_void_p
    job = kernel.CreateJobObjectW(None, None)
    limits = Extended()
    limits.Basic.LimitFlags = 0x100 | 0x8  # memory of a process; one process, no children
    limits.Basic.ActiveProcessLimit = 1
    limits.ProcessMemoryLimit = MEMORY
    set_up = kernel.SetInformationJobObject(
        ctypes.c_void_p(job), 9, ctypes.byref(limits), ctypes.sizeof(limits)
    )
    mine = ctypes.c_void_p(kernel.GetCurrentProcess())
    if not job or not set_up or not kernel.AssignProcessToJobObject(ctypes.c_void_p(job), mine):
        raise OSError("no job object: a foreign file is not read without a bound on memory")
