"""What an office sets for itself: address, second login name, remembering, idle time, reporting day."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from studyhall.admin.views import bp
from studyhall.core import audit, settings
from studyhall.core.access import Permission, Reach, require
from studyhall.core.current import current_actor
from studyhall.core.db import db
from studyhall.core.forms import choices
from studyhall.people import forms, queries


def _an_address(_form: FlaskForm, field: StringField) -> None:
    parts = urlsplit(field.data.strip())
    if field.data and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValidationError(_("网址要写全，如 https://xuefa.example.cn"))


def _month_and_day(text: str) -> str | None:
    """`3月1日`, `3-1` or `03.01` as `03-01`; None for what is no day of every year."""
    parts = re.fullmatch(r"(\d{1,2})\s*[月\-./]\s*(\d{1,2})\s*日?", text.strip())
    if parts is None:
        return None
    try:
        # Not a leap year: the 29th of February is no reporting day.
        return f"{date(2026, int(parts[1]), int(parts[2])):%m-%d}"
    except ValueError:
        return None


def _a_day(_form: FlaskForm, field: StringField) -> None:
    if (field.data or "").strip() and _month_and_day(field.data) is None:
        raise ValidationError(_("写几月几日，如3月1日"))


class SettingsForm(FlaskForm):  # type: ignore[misc]
    address = StringField(_l("网址（选填）"), [Length(max=200), _an_address])
    responsible = StringField(_l("谁对个人信息负责（选填）"), [Length(max=80)])
    report_by = StringField(_l("年度报告的上报日"), [Length(max=10), _a_day])
    phone_login = BooleanField(_l("可以用手机号登录"))
    remember = BooleanField(_l("干部可以记住自己的手机30天"))
    idle_minutes = SelectField(
        _l("多久没有动就退出"),
        choices=choices(
            {
                "0": _l("不退出"),
                "15": _l("15分钟"),
                "30": _l("30分钟"),
                "60": _l("1小时"),
                "240": _l("4小时"),
            }
        ),
    )


def _reach() -> Reach:
    return current_actor().reach(Permission.KEEP_SETTINGS)


@bp.route("/settings", methods=["GET", "POST"])
@require(Permission.KEEP_SETTINGS)
def settings_page() -> ResponseReturnValue:
    chosen = request.args.get("unit", type=int)
    top = queries.top_unit(db.session, _reach())
    unit = queries.unit_kept(db.session, _reach(), chosen or (top.id if top else None))
    held = settings.settings_for(db.session, unit.path)
    form = SettingsForm(
        data={
            "address": held.address,
            "responsible": held.responsible,
            "report_by": "{}月{}日".format(*map(int, held.report_by.split("-"))),
            "phone_login": held.phone_login,
            "remember": bool(held.remember_days),
            "idle_minutes": str(held.idle_minutes),
        }
    )
    if not form.validate_on_submit():
        units = [one for one in queries.units_in(db.session, _reach()) if one.kind in ("county", "township")]
        return render_template(
            "admin/settings.html",
            form=form,
            unit=unit,
            units=forms.unit_choices(units),
            here=request.host_url.rstrip("/"),
        ), 400 if form.errors else 200
    wanted: dict[str, Any] = {
        "address": form.address.data.strip().rstrip("/"),
        "responsible": form.responsible.data.strip(),
        "report_by": _month_and_day(form.report_by.data or "") or settings.Settings.report_by,
        "phone_login": bool(form.phone_login.data),
        "remember_days": settings.LONGEST_REMEMBERED if form.remember.data else 0,
        "idle_minutes": int(form.idle_minutes.data),
    }
    with db.writing() as session:
        kept = queries.unit_kept(session, _reach(), unit.id)
        before = vars(settings.settings_for(session, kept.path))
        changed = {name: value for name, value in wanted.items() if before[name] != value}
        for name, value in changed.items():
            settings.set_value(session, kept.id, kept.path, name, value)
        if changed:
            audit.record(
                session, current_actor(), "setting.changed", f"unit:{kept.id}", kept.name, unit_path=kept.path,
                before={name: before[name] for name in changed}, after=changed,
            )  # fmt: skip
    flash(_("设置保存了，马上有用。"))
    return redirect(url_for("admin.settings_page", unit=unit.id))
