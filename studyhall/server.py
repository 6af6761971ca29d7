"""Serving: granian with threads enough for slow clients, waitress where granian will not run.

With 16 threads two hundred stalled uploads stop the site; with 256 a save still takes milliseconds.
"""

from __future__ import annotations

import logging
import os
import threading
import time

from flask import Flask

from studyhall.bank import amendments
from studyhall.core import clock, doubt
from studyhall.core.db import Database
from studyhall.practice import refitting
from studyhall.quizzes.upkeep import keep_up
from studyhall.site import create_app

THREADS = 256
EACH_MINUTE = 60.0
STOPS_WITHIN = 30
"""Seconds for what is being answered when the server is told to stop. A worker that was still starting then has not
heard it, and would be waited for for ever."""

log = logging.getLogger("studyhall")


def application() -> Flask:
    """What each worker process serves. Minds the clock in a thread of its own."""
    demo = os.environ.get("STUDYHALL_SERVES_DEMO") == "1"
    if demo:
        from studyhall.core import state

        app = create_app(Database(state.database_url("demo.sqlite3")), DEMO=True)
    else:
        app = create_app()
    database: Database = app.extensions["studyhall_db"]
    threading.Thread(target=_each_minute, args=(database,), name="upkeep", daemon=True).start()
    return app


def _each_minute(database: Database) -> None:
    while True:
        try:
            # Also when there is nothing to close: a jump is noticed by the process that saw it.
            doubt.in_doubt(database, clock.now())
            keep_up(database)
            amendments.keep_up(database, clock.now())
            refitting.keep_up(database, clock.now())
        except Exception:
            log.exception("upkeep failed; it is tried again in a minute")
        time.sleep(EACH_MINUTE)


def run(*, host: str, port: int, workers: int, demo: bool) -> None:
    """Serve until stopped."""
    os.environ["STUDYHALL_SERVES_DEMO"] = "1" if demo else "0"
    try:
        from granian import Granian
        from granian.constants import Interfaces
        from granian.log import LogLevels
    except ImportError:
        from waitress import serve as waitress

        waitress(application(), host=host, port=port, threads=64, connection_limit=1000)
        return
    Granian(
        "studyhall.server:application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        workers_kill_timeout=STOPS_WITHIN,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()
