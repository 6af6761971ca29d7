"""The door: in, out, a new password, the size of type."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user, logout_user

from studyhall.auth import devices, door, passwords
from studyhall.auth.forms import LoginForm, NewPasswordForm
from studyhall.core import audit, clock, settings
from studyhall.core.access import Permission, open_to_all, require
from studyhall.core.current import SignedIn, actor_or_none, current_actor
from studyhall.core.db import db
from studyhall.core.filters import hour
from studyhall.core.redirects import inside
from studyhall.core.settings import settings_for
from studyhall.people import queries as people
from studyhall.people import roles
from studyhall.people.actors import actor_of
from studyhall.people.models import Person
from studyhall.people.numbers import folded
from studyhall.people.queries import unit_path_of

bp = Blueprint("auth", __name__)

MARK_COOKIE = "device"
TYPE_COOKIE = "type"
A_YEAR = 365 * 24 * 3600


@bp.get("/login")
@open_to_all
def login() -> ResponseReturnValue:
    if actor_or_none() is not None:
        return redirect(inside(request.args.get("next")))
    response = make_response(_login_page(LoginForm(formdata=None, next=request.args.get("next"))))
    # Before the first try, so that wrong ones are counted on this device.
    _set_mark(response, _mark())
    return response


@bp.post("/login")
@open_to_all
def enter() -> ResponseReturnValue:
    form = LoginForm()
    if not form.validate_on_submit():
        return _login_page(form), 400
    account, mark = folded(form.staff_no.data), _mark()
    now, address = clock.now(), request.remote_addr or ""
    verdict = devices.verdict(db.session, account, mark, address, now)
    if verdict.until is not None:
        if verdict.locked:
            words = _("连续输错，先锁定了。%(time)s以后再试，或请管理员解锁。", time=hour(verdict.until))
        else:
            seconds = max(int((verdict.until - now).total_seconds()) + 1, 1)
            words = _("请等%(seconds)d秒再试，还可以试%(left)d次。", seconds=seconds, left=verdict.tries_left)
        return _login_page(form, words), 429
    person = _known_by(account)
    if not passwords.matches(person.password_hash if person else None, form.password.data) or person is None:
        with db.writing() as session:
            devices.note_failure(session, account, mark, address, now)
        left = verdict.tries_left - 1
        if left > 0:
            return _login_page(
                form, _("工号或密码不对，还可以再试%(left)d次。忘了密码请找管理员。", left=left)
            ), 401
        return _login_page(form, _("连续输错5次，锁定10分钟。忘了密码请找管理员。")), 401
    if person.password_expires_at is not None and person.password_expires_at < now:
        return _login_page(form, _("这张密码条过期了，请找管理员重新做一张。")), 401
    until = _remember_until(person, now) if form.keep.data else None
    with db.writing() as session:
        token = devices.sign_in(
            session, person, agent=request.user_agent.string, mark=mark, now=now, remember_until=until
        )
    found = actor_of(db.session, devices.token_hash(token))
    if found is None:
        return _login_page(form, _("您现在不在任何单位，登不上。请找管理员。")), 403
    login_user(SignedIn(found[0], token))
    cookie.permanent = until is not None
    response = make_response(redirect(inside(form.next.data)))
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    _set_mark(response, mark)
    response.set_cookie(TYPE_COOKIE, found[0].type_size, max_age=A_YEAR, samesite="Lax", secure=secure)
    return response


def _known_by(account: str) -> Person | None:
    """By number; by telephone where that person's office has switched it on."""
    person = people.person_by_staff_no(db.session, account)
    if person is not None or not account.isdigit():
        return person
    person = people.person_by_phone(db.session, account)
    allowed = person is not None and settings_for(db.session, unit_path_of(db.session, person.id)).phone_login
    return person if allowed else None


def _remember_until(person: Person, now: datetime) -> datetime | None:
    """Only for cadres, and only where their office has switched it on."""
    days = settings_for(db.session, unit_path_of(db.session, person.id)).remember_days
    if not days or roles.grants_of(db.session, person.id, clock.today()):
        return None
    return now + timedelta(days=days)


def _login_page(form: LoginForm, problem: str | None = None) -> str:
    contest = door.leads_to(db.session, form.next.data or "", clock.now())
    return render_template(
        "auth/login.html",
        form=form,
        problem=problem,
        contest=contest,
        now=clock.now(),
        helping=door.who_helps(db.session, contest.unit_path if contest else None),
        may_keep=settings.anywhere(db.session, "remember_days"),
        phones=settings.anywhere(db.session, "phone_login"),
    )


def _mark() -> str:
    return request.cookies.get(MARK_COOKIE) or devices.new_mark()


def _set_mark(response: Response, mark: str) -> None:
    response.set_cookie(
        MARK_COOKIE, mark, max_age=A_YEAR, httponly=True, samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip


@bp.post("/logout")
@open_to_all
def leave() -> ResponseReturnValue:
    actor = actor_or_none()
    if actor is not None:
        with db.writing() as session:
            devices.sign_out(session, actor.login_session_id, clock.now())
    logout_user()
    return redirect(url_for("auth.login"))


@bp.route("/me/password", methods=["GET", "POST"])
@require(Permission.SEE_OWN_RECORD)
def password() -> ResponseReturnValue:
    actor = current_actor()
    person = db.session.get_one(Person, actor.person_id)
    if actor.must_change_password and person.notice_seen_at is None:
        return redirect(url_for("auth.notice"))
    form = NewPasswordForm()
    if actor.must_change_password:
        # He has just typed the slip's password to come in.
        del form.old
    if not form.validate_on_submit():
        return _password_page(form), 200 if request.method == "GET" else 400
    # All that is wrong at once: whoever types slowly types it again once only.
    if "old" in form and not passwords.matches(person.password_hash, form.old.data):
        form.old.errors = [_("现在的密码不对。")]
    if passwords.matches(person.password_hash, form.new.data):
        form.new.errors = [_("新密码和现在的一样，请换一个。")]
    elif problem := passwords.weakness(form.new.data, staff_no=actor.staff_no, name=actor.name):
        form.new.errors = [problem]
    if form.new.data != form.again.data:
        form.again.errors = [_("两次填的不一样。")]
    if form.errors:
        return _password_page(form), 400
    _set_password(actor.person_id, passwords.hashed(form.new.data))
    return redirect(url_for("home.index"))


def _password_page(form: NewPasswordForm) -> str:
    actor = current_actor()
    person = db.session.get_one(Person, actor.person_id)
    return render_template(
        "auth/password.html",
        form=form,
        must=actor.must_change_password,
        staff_no=actor.staff_no,
        reset_at=person.password_reset_at,
        reset_by=person.password_reset_by,
    )


@bp.route("/notice", methods=["GET", "POST"])
@require(Permission.SEE_OWN_RECORD)
def notice() -> ResponseReturnValue:
    """What is kept about somebody, who sees it, what for: read at the first login, findable ever after."""
    actor = current_actor()
    if request.method == "POST":
        with db.writing() as session:
            session.execute(
                sa.update(Person)
                .where(Person.id == actor.person_id, Person.notice_seen_at.is_(None))
                .values(notice_seen_at=clock.now())
            )
        return redirect(url_for("auth.password"))
    helper = people.admins_for(db.session, actor.unit_path)
    return render_template(
        "auth/notice.html",
        actor=actor,
        must=actor.must_change_password,
        helper=helper[0] if helper else None,
        responsible=settings_for(db.session, actor.unit_path).responsible,
    )


def _set_password(person_id: int, password_hash: str) -> None:
    actor = current_actor()
    with db.writing() as session:
        session.execute(
            sa.update(Person)
            .where(Person.id == person_id)
            .values(
                password_hash=password_hash,
                must_change_password=False,
                password_expires_at=None,
                password_reset_at=None,
                password_reset_by=None,
            )
        )
        devices.sign_out_everywhere(session, person_id, clock.now(), but=actor.login_session_id)
        audit.record(
            session,
            actor,
            "person.password_changed",
            f"person:{person_id}",
            actor.name,
            unit_path=actor.unit_path,
        )


@bp.post("/type-size")
@open_to_all
def type_size() -> ResponseReturnValue:
    size = "large" if request.form.get("size") == "large" else "normal"
    actor = actor_or_none()
    if actor is not None and actor.type_size != size:
        with db.writing() as session:
            session.execute(sa.update(Person).where(Person.id == actor.person_id).values(type_size=size))
    response = make_response(redirect(inside(request.form.get("back"))))
    response.set_cookie(
        TYPE_COOKIE, size, max_age=A_YEAR, samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip
    return response
