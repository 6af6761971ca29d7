"""Style sheets stay in the browser: their address carries a mark of what is in them, so nobody asks again.

On a slow line each sheet that is asked for anew holds up the page. Scripts hold up nothing, and one brings in
another by its plain name: they are asked for as before.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

SHEETS = ("static", "bootstrap.static")
A_YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    @app.url_defaults
    def mark(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in SHEETS and values.get("filename", "").endswith(".css"):
            owner = app.blueprints["bootstrap"] if endpoint == "bootstrap.static" else app
            values["v"] = _mark(Path(owner.static_folder or ""), values["filename"])

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint in SHEETS and "v" in request.args and response.status_code in (200, 304):
            response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        return response


@lru_cache(maxsize=32)
def _mark(folder: Path, name: str) -> str:
    return sha256((folder / name).read_bytes()).hexdigest()[:10]
