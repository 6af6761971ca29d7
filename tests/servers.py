"""A real server process on a free port, and a browser of the plainest kind for it."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from studyhall.site import create_app

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a-key-for-servers-that-live-for-one-test"
PATIENCE = 60.0
"""Seconds a server may take to answer for the first time; it is polled, nobody sleeps a fixed time."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """`studyhall serve` with its workers, in a process group of its own."""

    home: Path
    port: int
    workers: int = 1
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Returns when it answers. Raises when it does not within `PATIENCE`."""
        environment = os.environ | {"STUDYHALL_HOME": str(self.home), "STUDYHALL_SECRET_KEY": SECRET}
        environment.pop("STUDYHALL_DATABASE_URL", None)
        command = [sys.executable, "-m", "studyhall", "serve"]
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port), "--workers", str(self.workers)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE
        while True:
            assert self._process.poll() is None, "the server has ended by itself"
            assert time.monotonic() < until, "the server does not answer"
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/login")
                connection.getresponse().read()
                return
            except OSError:
                # Nothing listens yet; a wait on the process itself is the shortest honest pause.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=0.05)

    def kill(self) -> None:
        """As a power switch would, workers included: no signal that anybody could catch."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=30)
            self._process = None


@contextlib.contextmanager
def a_server(home: Path, *, workers: int = 1) -> Iterator[Server]:
    """A server on the site in `home`, killed at the end."""
    server = Server(home, free_port(), workers)
    try:
        server.start()
        yield server
    finally:
        server.kill()


class Browser:
    """Somebody signed in by a cookie; forms carry the token that the page gave."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        app = create_app(SECRET_KEY=SECRET)
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        found = client.get_cookie("session")
        assert found is not None
        self._cookie = f"session={found.value}"
        self._csrf = ""
        app.extensions["studyhall_db"].close()

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self._cookie}

    def get(self, path: str) -> tuple[int, str]:
        return self._ask("GET", path, None, {})

    def post(self, path: str, form: Sequence[tuple[str, str]] = (), *, json: bool = False) -> tuple[int, str]:
        body = urlencode([*form, ("csrf_token", self._csrf)])
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, body, headers | ({"Accept": "application/json"} if json else {}))

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request(method, path, body, self.headers | headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        given = response.getheader("Set-Cookie") or ""
        if found := re.search(r"session=[^;]+", given):
            self._cookie = found[0]
        if found := re.search(r'name="csrf_token" value="([^"]+)"', text):
            self._csrf = found[1]
        return response.status, text
