"""The forms at the door."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length


class LoginForm(FlaskForm):  # type: ignore[misc]
    staff_no = StringField(_l("工号"), [InputRequired(_l("请填工号。")), Length(max=40)])
    password = PasswordField(_l("密码"), [InputRequired(_l("请填密码。")), Length(max=200)])
    keep = BooleanField(_l("记住这部手机"))
    next = HiddenField()


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    old = PasswordField(_l("现在的密码"), [InputRequired(_l("请填现在的密码。")), Length(max=200)])
    new = PasswordField(_l("新密码"), [InputRequired(_l("请填新密码。")), Length(max=200)])
    again = PasswordField(_l("再填一次新密码"), [InputRequired(_l("请再填一次。")), Length(max=200)])
