"""The server stops when it is told to, also while it is still starting."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from studyhall import migrations
from studyhall.core import state
from studyhall.core.db import Database
from tests.servers import free_port

_SERVE = (
    "import sys; from studyhall import server; server.STOPS_WITHIN = 2; "
    "server.run(host='127.0.0.1', port=int(sys.argv[1]), workers=1, demo=False)"
)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for the worker in /proc")
def test_a_server_told_to_stop_while_its_workers_start_does_stop() -> None:
    database = Database(state.database_url())
    migrations.upgrade(database)
    database.close()
    server = subprocess.Popen([sys.executable, "-c", _SERVE, str(free_port())], start_new_session=True)
    try:
        workers = Path(f"/proc/{server.pid}/task/{server.pid}/children")
        end = time.monotonic() + 60
        while not workers.read_text() and time.monotonic() < end:
            assert server.poll() is None
        server.terminate()
        server.wait(timeout=60)
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
