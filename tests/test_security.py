"""What the site says to browsers and to those who try: headers, cookies, tokens, hosts, bounds, words."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from studyhall.auth import passwords
from studyhall.auth.devices import sign_out
from studyhall.core import clock, queue
from studyhall.core.access import Role
from studyhall.core.db import Database
from studyhall.core.redirects import inside
from studyhall.people.models import LoginSession, Person
from studyhall.quizzes import taking
from studyhall.quizzes.assembly import Line
from studyhall.site import create_app
from tests.factories import NOON, a_bank_of, a_law, a_person, a_township, an_actor, an_assessment, sign_in
from tests.servers import Browser, a_server

PASSWORD = "一个长密码-2026"


@pytest.fixture(scope="module")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def person(sqlite_database: Database, password_hash: str) -> Person:
    with sqlite_database.writing() as session:
        township = a_township(session)
        person = a_person(session, township, staff_no="XF0001", roles=[(Role.ADMIN, township)])
        person.password_hash = password_hash
        return person


def guarded(database: Database, **settings: object) -> Flask:
    """As it is served: with tokens in forms, errors as pages."""
    return create_app(database, SECRET_KEY="test", TESTING=True, PROPAGATE_EXCEPTIONS=False, **settings)


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def log_in(client: FlaskClient, **form: str):
    token = token_in(client.get("/login").text)
    return client.post(
        "/login", data={"staff_no": "XF0001", "password": PASSWORD, "csrf_token": token} | form
    )


# Headers and cookies


def test_every_page_carries_the_strict_headers(app: Flask, client_for, person: Person) -> None:
    for path in ("/login", "/", "/nothing-here", "/static/studyhall.css"):
        headers = client_for(person).get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe-inline" not in policy, path
        assert "object-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert headers["Referrer-Policy"] == "same-origin"


def test_no_page_has_inline_style_or_script_or_another_host(client_for, person: Person) -> None:
    client = client_for(person)
    for path in ("/login", "/", "/assessments", "/me", "/feedback"):
        page = client.get(path).text
        assert not re.search(r"<[^>]+ style=", page), path
        assert not re.search(r"<style|<[^>]+ on[a-z]+=|javascript:", page), path
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page), path
        for script in re.findall(r"<script[^>]*>(.*?)</script>", page, re.S):
            assert not script.strip(), path


@pytest.mark.parametrize(
    ("https", "address", "secure"),
    [
        ("off", "http://127.0.0.1", False),
        ("proxy", "http://127.0.0.1", True),
        ("on", "https://127.0.0.1", True),
    ],
)
def test_cookies_are_secure_exactly_where_https_is(
    sqlite_database: Database, person: Person, https: str, address: str, secure: bool
) -> None:
    client = guarded(sqlite_database, HTTPS=https).test_client()
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1"} if https == "proxy" else {}
    page = client.get("/login", base_url=address, headers=headers)
    assert page.status_code == 200
    form = {"staff_no": "XF0001", "password": PASSWORD, "csrf_token": token_in(page.text)}
    # Over https the check of the token wants to see where the form came from.
    answer = client.post(
        "/login", data=form, base_url=address, headers=headers | {"Referer": "https://127.0.0.1/"}
    )
    assert answer.status_code == 302, answer.text
    lines = answer.headers.getlist("Set-Cookie")
    assert {line.split("=")[0] for line in lines} >= {"session", "device", "type"}
    for line in lines:
        assert ("; Secure" in line) is secure, line
        assert "SameSite=Lax" in line, line
        assert ("; HttpOnly" in line) is (not line.startswith("type=")), line
    assert ("Strict-Transport-Security" in answer.headers) is secure
    assert client.get("/", base_url=address, headers=headers).status_code == 200


def test_with_https_on_the_plain_address_leads_to_the_safe_one(sqlite_database: Database) -> None:
    answer = guarded(sqlite_database, HTTPS="on").test_client().get("/login", base_url="http://hall.example")
    assert (answer.status_code, answer.location) == (302, "https://hall.example/login")


def test_with_https_off_nobody_is_told_to_use_it(sqlite_database: Database) -> None:
    answer = guarded(sqlite_database, HTTPS="off").test_client().get("/login")
    assert "Strict-Transport-Security" not in answer.headers


def test_an_unknown_word_for_https_stops_the_start(sqlite_database: Database) -> None:
    with pytest.raises(ValueError, match="off, proxy or on"):
        guarded(sqlite_database, HTTPS="yes")


def test_no_session_cookie_is_written_anew(sqlite_database: Database, person: Person) -> None:
    client = guarded(sqlite_database).test_client()
    assert log_in(client).status_code == 302
    client.get("/")
    assert client.get("/").headers.getlist("Set-Cookie") == []


# Tokens, hosts, where to go next


def test_a_form_without_its_token_changes_nothing(sqlite_database: Database, person: Person) -> None:
    client = guarded(sqlite_database).test_client()
    assert log_in(client).status_code == 302
    for form in ({}, {"csrf_token": "forged"}):
        answer = client.post("/type-size", data={"size": "large", **form})
        assert answer.status_code == 400
        assert "这一页放得太久了" in answer.text
    with sqlite_database.reading() as session:
        assert session.get_one(Person, person.id).type_size == "normal"


def test_every_form_that_changes_something_needs_a_token(sqlite_database: Database) -> None:
    app = guarded(sqlite_database)
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            path = re.sub(r"<[^>]+>", "1", rule.rule)
            assert client.post(path).status_code in (400, 404), path


@pytest.mark.parametrize(
    ("host", "status"), [("hall.example.cn", 200), ("hall.example.cn:8000", 200), ("evil.example", 400)]
)
def test_only_trusted_hosts_are_answered(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, host: str, status: int
) -> None:
    monkeypatch.setenv("STUDYHALL_HOSTS", "hall.example.cn, 127.0.0.1")
    answer = guarded(sqlite_database).test_client().get("/login", headers={"Host": host})
    assert answer.status_code == status
    if status == 400:
        assert host not in answer.text and "Traceback" not in answer.text


OUTSIDE = [
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "http:evil.example", "evil.example", "",
    "/login?next=//evil.example", "/logout",
]  # fmt: skip


@pytest.mark.parametrize("target", OUTSIDE)
def test_nobody_is_led_to_another_site(sqlite_database: Database, person: Person, target: str) -> None:
    answer = log_in(guarded(sqlite_database).test_client(), next=target)
    assert (answer.status_code, answer.location) == (302, "/")
    assert inside(target) == "/"


def test_one_is_led_back_to_where_one_was(sqlite_database: Database, person: Person) -> None:
    client = guarded(sqlite_database).test_client()
    gate = client.get("/assessments?page=2")
    assert gate.location.startswith("/login?next=/assessments")
    assert log_in(client, next="/assessments?page=2").location == "/assessments?page=2"


# Bounds


def test_a_form_of_over_two_megabytes_is_refused_with_words(client_for, person: Person) -> None:
    answer = client_for(person).post("/feedback", data={"text": "长" * 800_000})
    assert answer.status_code == 413
    assert "太大" in answer.text


def test_a_form_of_over_a_thousand_parts_is_refused(client_for, person: Person) -> None:
    parts = {f"field{n}": "x" for n in range(1001)}
    answer = client_for(person).post("/feedback", data=parts, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_an_upload_says_its_size_before_it_is_read(client_for, person: Person) -> None:
    answer = client_for(person).post(
        "/feedback",
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": str(10**10)},
    )
    assert answer.status_code == 413


class Unread:
    """A body that must not be read."""

    def read(self, *_size: int) -> bytes:
        raise AssertionError("it was read")

    readline = read


# Words


def test_error_pages_have_words_and_no_traceback(sqlite_database: Database, person: Person) -> None:
    app = guarded(sqlite_database)

    def broken() -> str:
        raise RuntimeError("secret of the house")

    def stuck() -> str:
        raise OperationalError("SELECT secret", {}, Exception("server closed"))

    for view in (broken, stuck):
        view.studyhall_permission = None  # type: ignore[attr-defined]
        app.add_url_rule(f"/{view.__name__}", view_func=view)
    client = app.test_client()
    for path, status, words in (
        ("/broken", 500, "这一步没有做成"),
        ("/stuck", 503, "数据没有变"),
        ("/nothing-here", 404, "没有找到这一页"),
        ("/logout", 405, "不能直接打开"),
    ):
        answer = client.get(path)
        assert answer.status_code == status
        assert words in answer.text
        assert not re.search(r"Traceback|RuntimeError|secret|SELECT|server closed|File &#34;", answer.text)


def test_a_fault_has_a_number_that_stands_in_the_log(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    app = guarded(sqlite_database)

    def broken() -> str:
        raise RuntimeError

    broken.studyhall_permission = None  # type: ignore[attr-defined]
    app.add_url_rule("/broken", view_func=broken)
    number = re.search(r"[0-9A-F]{4}(?=</b>)", app.test_client().get("/broken").text)
    assert number is not None
    assert f"fault {number[0]}" in caplog.text


@pytest.fixture
def paper(sqlite_database: Database, person: Person) -> int:
    with sqlite_database.writing() as session:
        township = session.get_one(Person, person.id) and a_township(session, "T9")
        law = a_law(session).law_id
        sitter = a_person(session, township)
        a_bank_of(session, law, judge=5)
        assessment = an_assessment(session, township, [Line(law, "judge", 5, 400)])
        device = session.get_one(LoginSession, an_actor(session, sitter).login_session_id)
        return taking.begin(session, an_actor(session, sitter, device=device), assessment, NOON).id


BACKGROUND = {"Accept": "application/json"}


def test_a_background_save_without_a_session_is_told_so_and_not_led_away(
    app: Flask, client_for, sqlite_database: Database, person: Person, paper: int
) -> None:
    nobody = client_for(None).post(f"/papers/{paper}/1/save", data={"answer": "true"}, headers=BACKGROUND)
    assert (nobody.status_code, nobody.get_json()["word"]) == (401, "signed_out")
    client = client_for(person)
    with sqlite_database.writing() as session:
        for login in session.query(LoginSession).filter_by(person_id=person.id):
            sign_out(session, login.id, clock.now())
    ended = client.post(f"/papers/{paper}/1/save", data={"answer": "true"}, headers=BACKGROUND)
    assert (ended.status_code, ended.get_json()["word"]) == (401, "signed_out")
    assert "Location" not in ended.headers


def test_a_background_save_whose_cookie_is_gone_is_told_so_too(sqlite_database: Database, paper: int) -> None:
    answer = guarded(sqlite_database).test_client().post(f"/papers/{paper}/1/save", headers=BACKGROUND)
    assert (answer.status_code, answer.get_json()["word"]) == (401, "signed_out")


def test_another_persons_paper_is_not_found_by_page_or_by_script(
    client_for, person: Person, paper: int
) -> None:
    client = client_for(person)
    for path in (
        f"/papers/{paper}/1",
        f"/papers/{paper}/sheet",
        f"/papers/{paper}/result",
        f"/papers/{paper}/whole",
    ):
        assert client.get(path).status_code == 404, path
    for path in (f"/papers/{paper}/1", f"/papers/{paper}/hand-in", f"/papers/{paper}/take-over"):
        assert client.post(path).status_code == 404, path
    answer = client.post(f"/papers/{paper}/1/save", data={"answer": "true"}, headers=BACKGROUND)
    assert (answer.status_code, answer.get_json()["word"]) == (404, "refused")


def test_a_stuck_queue_answers_503_with_words_and_when_to_come_again(
    client_for, sqlite_database: Database, person: Person, paper: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_for(person)
    monkeypatch.setattr(queue.WriteQueue.turn.__wrapped__, "__defaults__", (0.05,))
    with sqlite_database.writing():
        page = client.post("/type-size", data={"size": "large"})
        script = client.post(f"/papers/{paper}/1/save", data={"answer": "true"}, headers=BACKGROUND)
    assert (page.status_code, script.status_code) == (503, 503)
    assert page.headers["Retry-After"] == script.headers["Retry-After"] == "5"
    assert "数据没有变" in page.text and "数据没有变" in script.get_json()["message"]
    assert client.post("/type-size", data={"size": "large"}).status_code == 302


# A real server


@pytest.fixture
def served(tmp_path: Path, _sqlite_template: Path) -> Iterator[tuple[int, str, int]]:
    """Port, token and paper: a site with one person at an open paper, served by one process."""
    home = tmp_path / "site"
    home.mkdir()
    shutil.copy(_sqlite_template, home / "studyhall.sqlite3")
    database, now = Database(f"sqlite:///{home / 'studyhall.sqlite3'}"), datetime.now(UTC)
    with clock.standing_at(now), database.writing() as session:
        township = a_township(session)
        law = a_law(session).law_id
        a_bank_of(session, law, judge=20)
        sitter = a_person(session, township)
        assessment = an_assessment(
            session, township, [Line(law, "judge", 20, 500)],
            opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1),
        )  # fmt: skip
        token = sign_in(session, sitter.id, now)
        device = session.query(LoginSession).filter_by(person_id=sitter.id).one()
        attempt = taking.begin(session, an_actor(session, sitter, device=device), assessment, now)
        paper = attempt.id
    database.close()
    with a_server(home) as server:
        yield server.port, token, paper


def _stalled(port: int, browser: Browser, paper: int, count: int) -> list[socket.socket]:
    """So many clients that send their headers and half of a body, and then nothing."""
    body = urlencode({"answer": "true", "number": "1000001"}).encode()
    lines = [
        f"POST /papers/{paper}/1/save HTTP/1.1",
        "Host: 127.0.0.1",
        f"Content-Length: {len(body) * 2}",
        "Content-Type: application/x-www-form-urlencoded",
        *(f"{name}: {value}" for name, value in browser.headers.items()),
    ]
    stalled = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port), timeout=20)
        client.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        stalled.append(client)
    return stalled


@pytest.mark.slow
def test_stalled_uploads_hold_up_nobody(served: tuple[int, str, int]) -> None:
    port, token, paper = served
    browser = Browser(port, token)
    assert browser.get(f"/papers/{paper}/1")[0] == 200
    stalled = _stalled(port, browser, paper, 200)
    try:
        for number in range(1, 21):
            before = clock.monotonic()
            status, text = browser.post(
                f"/papers/{paper}/{number}/save",
                [("answer", "true"), ("number", str(taking.DEVICE_SPAN + number))],
                json=True,
            )
            assert (status, json.loads(text)["word"]) == (200, "stored")
            # Not a measurement: whoever waits for a stalled writer waits the queue's whole patience.
            assert clock.monotonic() - before < queue.PATIENCE
    finally:
        for client in stalled:
            client.close()


@pytest.mark.slow
def test_many_saves_at_once_over_the_wire_are_all_stored(served: tuple[int, str, int]) -> None:
    port, token, paper = served
    browsers = [Browser(port, token) for _ in range(8)]
    words: list[str] = []

    def answer(browser: Browser, first: int) -> None:
        browser.get(f"/papers/{paper}/1")
        for place in range(first, 21, 8):
            form = [("answer", "true"), ("number", str(taking.DEVICE_SPAN + place))]
            words.append(
                json.loads(browser.post(f"/papers/{paper}/{place}/save", form, json=True)[1])["word"]
            )

    people = [threading.Thread(target=answer, args=(browser, n)) for n, browser in enumerate(browsers, 1)]
    for one in people:
        one.start()
    for one in people:
        one.join(timeout=60)
    assert words == ["stored"] * 20


def test_no_header_tells_what_serves(served: tuple[int, str, int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served[0], timeout=10)
    connection.request("GET", "/login")
    response = connection.getresponse()
    response.read()
    assert not re.search(r"werkzeug|python|flask", response.getheader("Server") or "", re.I)
