"""The inside of `core.sandbox`: limits first, then one reader, then one JSON document.

Begins anew for every foreign file: started, where it imports next to nothing before it knows which reader is
wanted, or divided off from a process that waits (`core.forks`) and has loaded the readers.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from studyhall.core.errors import Refused
from studyhall.core.sayings import later

MEMORY = 500 * 1024 * 1024

TOO_MUCH = later(
    "读这个文件要用的内存或时间超过了限制，没有读。请删去多余的表和空行，或分成几个小一些的文件。"
)

UNREADABLE = later("这个文件读不懂，可能已经损坏。请用 Excel 或 Word 打开它，另存一次再传。")


END = b"\n.\n"
"""Behind the last line: an answer that was cut off has it not."""


AT_ONCE = 200
"""So many lines are written together."""


class Lines(list[str]):
    """What a reader with thousands of results gives: each a line, in whatever form, and without a break in it."""


def read(reader: str, seconds: int) -> None:
    """Answers on standard output and ends the process, without tidying up what ends with it."""
    gc.disable()  # it lives for one file, and its memory is bounded
    _limit(seconds)
    data = sys.stdin.buffer.read()
    module, _, function = reader.partition(":")
    read: Callable[[bytes], Any] = getattr(import_module(module), function)
    try:
        answer: dict[str, Any] = {"read": read(data)}
    except Refused as refused:
        answer = {
            "refused": refused.source,
            "values": {name: str(value) for name, value in refused.values.items()},
        }
    except (MemoryError, RecursionError):
        answer = {"refused": TOO_MUCH}
    except Exception:
        import traceback

        traceback.print_exc()  # on standard error, for the log of the parent
        answer = {"refused": UNREADABLE}
    lines = answer.pop("read") if isinstance(answer.get("read"), Lines) else []
    written = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    answered = sys.stdout.buffer
    answered.write(written.encode("utf-8", errors="replace"))
    # Some at a time, which takes the same memory over and over.
    for start in range(0, len(lines), AT_ONCE):
        some = "\n".join(["", *lines[start : start + AT_ONCE]])
        answered.write(some.encode("utf-8", errors="replace"))
    answered.write(END)
    answered.flush()
    sys.stderr.flush()
    os._exit(0)


def wait(line: int) -> None:
    """For each question that comes through this socket a child that answers it; ends when nobody can ask any more.

    A question is the reader and its seconds, with it the ends to read from, to answer and to complain at.
    """
    gc.disable()
    signal.signal(signal.SIGCHLD, _bury)
    with socket.socket(fileno=line) as asked:
        while True:
            words, ends, _flags, _from = socket.recv_fds(asked, 4096, 3)
            if not words:
                return
            reader, seconds = json.loads(words)
            if _divided() == 0:
                asked.close()
                for place, end in enumerate(ends):
                    os.dup2(end, place)
                os.write(1, b"+")  # from here on it is the answer of a child
                signal.alarm(seconds + 1)  # nobody listens any longer
                read(reader, seconds)
            for end in ends:
                os.close(end)
            _load(reader)


def _divided() -> int:
    """-1 where the system has no room: whoever asked hears nothing and helps himself."""
    try:
        return os.fork()
    except OSError:
        return -1


def _bury(_signal: int, _frame: object) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _load(reader: str) -> None:
    """While nobody waits: what the next child of this reader need not load again."""
    with contextlib.suppress(ImportError):
        make_ready = getattr(import_module(reader.partition(":")[0]), "make_ready", None)
        if make_ready:
            make_ready()
    gc.freeze()


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
