"""Style sheets are kept by the browser for as long as they are the same; nothing else is."""

from __future__ import annotations

import re

from flask import Flask


def test_a_page_asks_for_its_sheets_once_and_never_again(app: Flask) -> None:
    client = app.test_client()
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', client.get("/login").text)
    assert len(sheets) == 3
    for address in sheets:
        assert re.search(r"\.css\?v=[0-9a-f]{10}$", address)
        answer = client.get(address)
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]


def test_a_sheet_without_its_mark_and_a_script_are_asked_for_as_before(app: Flask) -> None:
    client = app.test_client()
    for path in ("/static/studyhall.css", "/static/pages.js"):
        assert "immutable" not in client.get(path).headers["Cache-Control"]
    assert "?v=" not in re.findall(r'<script [^>]*src="([^"]+)"', client.get("/login").text)[0]
