"""Putting a site together: settings, database, login, headers, and every domain's pages."""

from __future__ import annotations

import logging
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import (
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_babel import gettext as _
from flask_bootstrap import Bootstrap5
from flask_login import AnonymousUserMixin, LoginManager, current_user
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import IntegerConverter, Map

from studyhall import admin, auth, bank, home, library, people, practice, quizzes, reports, study
from studyhall.auth import devices
from studyhall.core import assets, clock, filters, resources, state, templating, uploads, words
from studyhall.core.access import GRANTED, Actor, declared_permission
from studyhall.core.current import SignedIn, actor_or_none, wants_json
from studyhall.core.db import Database, db
from studyhall.core.errors import Busy, Forbidden, Missing, Refused
from studyhall.core.settings import LONGEST_REMEMBERED
from studyhall.core.words import said, say
from studyhall.people.actors import actor_of
from studyhall.people.roles import LABELS
from studyhall.quizzes import timing
from studyhall.quizzes.models import Attempt

log = logging.getLogger("studyhall")

LARGEST_FORM = 2 * 1024 * 1024
DOMAINS = (people, library, bank, study, quizzes, practice, reports, auth, admin, home)


class KeyInAddress(IntegerConverter):
    """`<int:…>` in an address: a number that can be a key of a row. Beyond it there is nothing, not a fault."""

    regex = r"\d{1,10}"

    def __init__(self, map: Map, *given: Any, **settings: Any) -> None:
        super().__init__(map, *given, **{"max": 2**31 - 1, **settings})


def create_app(database: Database | None = None, **settings: object) -> Flask:
    """The WSGI application. Settings given here win over those of the environment (`STUDYHALL_…`).

    `HTTPS`: off, proxy or on — drives the secure cookies, HSTS and redirects together.
    """
    clock.use_zone(os.environ.get("STUDYHALL_TIMEZONE", clock.DEFAULT_ZONE))
    app = Flask("studyhall", template_folder=str(resources.templates()))
    app.request_class = uploads.MindfulRequest
    app.url_map.converters["int"] = KeyInAddress
    app.jinja_environment = templating.Environment
    app.config.update(
        PERMANENT_SESSION_LIFETIME=timedelta(days=LONGEST_REMEMBERED),
        SECRET_KEY=settings.pop("SECRET_KEY", None) or state.secret_key(),
        HTTPS=os.environ.get("STUDYHALL_HTTPS", "off"),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_PARTS=1000,
        WTF_CSRF_TIME_LIMIT=None,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        BOOTSTRAP_SERVE_LOCAL=True,
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        # What stands before the short addresses in reminders: https://xuefa.example.cn. Empty: the path alone.
        SITE_ADDRESS=os.environ.get("STUDYHALL_ADDRESS", ""),
        DEMO=False,
    )
    app.config.update(settings)
    hosts = os.environ.get("STUDYHALL_HOSTS")
    if hosts:
        app.config["TRUSTED_HOSTS"] = [host.strip() for host in hosts.split(",")]
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    db.init_app(app, database or Database(state.database_url()))
    Babel(app, default_translation_directories=str(Path(__file__).parent / "translations"))
    Bootstrap5(app)
    _headers(app)
    _doors(app)
    assets.install(app)
    filters.install(app)
    words.install(app)
    for domain in DOMAINS:
        domain.register(app)
    _errors(app)
    return app


def _headers(app: Flask) -> None:
    https = app.config["HTTPS"]
    if https not in ("off", "proxy", "on"):
        raise ValueError(f"HTTPS is off, proxy or on, not {https!r}")
    if https == "proxy":
        from werkzeug.middleware.proxy_fix import ProxyFix

        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    secure = https != "off"
    app.config.update(SESSION_COOKIE_SECURE=secure, REMEMBER_COOKIE_SECURE=secure)
    Talisman(
        app,
        force_https=https == "on",
        strict_transport_security=secure,
        session_cookie_secure=secure,
        session_cookie_samesite="Lax",
        referrer_policy="same-origin",
        content_security_policy={
            "default-src": "'self'",
            "img-src": "'self' data:",
            "object-src": "'none'",
            "base-uri": "'none'",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
        },
    )


def _doors(app: Flask) -> None:
    app.before_request(uploads.bound)
    CSRFProtect(app)
    manager = LoginManager(app)
    manager.session_protection = "basic"

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> SignedIn | None:
        found = actor_of(db.connection, devices.token_hash(token))
        if found is None:
            return None
        actor, seen_at = found
        now = clock.now()
        if now - seen_at > devices.SHORTEST_IDLE and _has_idled(actor, seen_at, now):
            return None
        if now - seen_at > devices.SEEN_EVERY:
            try:
                with db.writing() as writing:
                    devices.note_seen(writing, actor.login_session_id, now)
            except Busy:
                log.info("no turn to note that login session %s was seen", actor.login_session_id)
        return SignedIn(actor, token)

    app.before_request(_let_in)


def _has_idled(actor: Actor, seen_at: datetime, now: datetime) -> bool:
    """Signed out for being away too long; never in the middle of a paper, whose answers would be lost."""
    if not devices.has_idled(db.session, actor, seen_at, now) or _is_taking(actor, now):
        return False
    try:
        with db.writing() as writing:
            devices.sign_out(writing, actor.login_session_id, now)
    except Busy:
        log.info("no turn to end the idle login session %s", actor.login_session_id)
    return True


def _is_taking(actor: Actor, now: datetime) -> bool:
    running = sa.exists().where(
        Attempt.person_id == actor.person_id,
        Attempt.handed_in_at.is_(None),
        Attempt.deadline > now - timing.GRACE,
    )
    return bool(db.session.scalar(sa.select(running)))


def _let_in() -> ResponseReturnValue | None:
    """The one place that checks: signed in, own password set, permission of the view."""
    if request.endpoint is None or request.endpoint in ("static", "bootstrap.static"):
        return None
    view = current_app.view_functions[request.endpoint]
    permission = declared_permission(view)
    if permission is None:
        return None
    actor = actor_or_none()
    if actor is None:
        if wants_json():
            return jsonify(word="signed_out"), 401
        ended = 1 if "_user_id" in session else None
        back = request.full_path.rstrip("?") if request.method == "GET" else request.form.get("back")
        return redirect(url_for("auth.login", next=back, ended=ended))
    if actor.must_change_password and request.endpoint not in ("auth.password", "auth.notice"):
        return redirect(url_for("auth.password"))
    if not actor.can(permission):
        holders = [say(LABELS[role]) for role in LABELS if permission in GRANTED[role]]
        raise Forbidden("这里只给%(roles)s用。要办事，请找他们。", roles=_("、").join(holders))
    return None


def _errors(app: Flask) -> None:
    @app.errorhandler(Refused)
    def refused(error: Refused) -> ResponseReturnValue:
        headers = {"Retry-After": "5"} if isinstance(error, Busy) else {}
        if wants_json():
            return jsonify(word="refused", message=said(error)), error.status, headers
        return _page(_(error.title), said(error), error.status), error.status, headers

    @app.errorhandler(CSRFError)
    def no_token(_error: CSRFError) -> ResponseReturnValue:
        if wants_json():
            if "_user_id" not in session:
                # The token went with the login: what the script must know is that nobody is signed in.
                return jsonify(word="signed_out"), 401
            return jsonify(word="refused", message=_("这一页放得太久了，请刷新后再试。")), 400
        return _page(
            _("这一页放得太久了"), _("您填的内容没有交上去。请回到上一页，刷新以后再交一次。"), 400
        ), 400

    @app.errorhandler(OperationalError)
    @app.errorhandler(NoConnection)
    def no_database(error: OperationalError | NoConnection) -> ResponseReturnValue:
        log.error("database: %s", getattr(error, "orig", error))
        return refused(Busy("数据库现在连不上，这一步没有做，数据没有变。请过一会儿再试一次。"))

    @app.errorhandler(SecurityError)
    def another_host(_error: SecurityError) -> ResponseReturnValue:
        # Without a trusted host no address can be built, and so no page with links.
        words = _("这个网址不是本站的。请用单位给的网址打开。")
        return words, 400, {"Content-Type": "text/plain; charset=utf-8"}

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        title, words = {
            404: (_(Missing.title), said(Missing())),
            405: (_("这一步不能直接打开"), _("请回到上一页，用页面上的按钮办。")),
            413: (
                _("文件太大"),
                _(
                    "没有传上来，数据没有变。一次最多%(most)s MB，请换小一点的，或者分几次传。",
                    most=uploads.largest(),
                ),
            ),
        }.get(error.code or 500, (_("没有做成"), _("请回到上一页再试一次。")))
        if wants_json():
            return jsonify(word="refused", message=words), error.code or 500
        return _page(title, words, error.code or 500, back=error.code == 413), error.code or 500

    @app.errorhandler(Exception)
    def ours(error: Exception) -> ResponseReturnValue:
        number = secrets.token_hex(2).upper()
        log.exception("fault %s", number, exc_info=error)
        if app.testing and app.config.get("PROPAGATE_EXCEPTIONS", True):
            raise error
        words = _(
            "您填的内容还在，数据没有变。请再试一次；还不行，请把编号告诉管理员：%(number)s", number=number
        )
        if wants_json():
            return jsonify(word="refused", message=words), 500
        return _page(_("这一步没有做成"), words, 500), 500


def _page(title: str, message: str, status: int, *, back: bool = False) -> str | Response:
    """`back`: to the form that was sent, where it has a page of the same address."""
    adapter = current_app.create_url_adapter(request) if back else None
    way_back = request.path if adapter and adapter.test(method="GET") else ""
    try:
        signed_in = current_user.is_authenticated
    except Exception:
        # Whoever is asking cannot be told while the database is away; the page is for everybody. Nobody who
        # helps to draw it asks again, each time waiting for a database that does not answer.
        g._login_user = AnonymousUserMixin()
        signed_in = False
    return render_template(
        "error.html", title=title, message=message, status=status, signed_in=signed_in, way_back=way_back
    )
