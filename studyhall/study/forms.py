"""The forms of a meeting and of a series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from studyhall.core import clock
from studyhall.core.forms import WholeNumberField, between, choices
from studyhall.people.forms import COUNTED_LABELS
from studyhall.people.models import Category, Unit
from studyhall.people.roster import Rule
from studyhall.study.calendar import Rhythm
from studyhall.study.holding import Entry
from studyhall.study.models import SeriesCode, SessionState, StudySession
from studyhall.study.series import Plan

WHAT_LABELS = {
    "held": _l("照常办"),
    "moved": _l("改期"),
    "merged": _l("并入别的"),
    "cancelled": _l("取消"),
}
RHYTHM_LABELS = {
    Rhythm.MONTH_DAYS: _l("每月这几天"),
    Rhythm.WEEKDAY: _l("每星期这一天"),
    Rhythm.QUARTER: _l("每季度一次"),
    Rhythm.NONE: _l("不定期"),
}
CODE_LABELS = {
    SeriesCode.CENTRE_GROUP: _l("中心组学习"),
    SeriesCode.NINE: _l("逢九必讲"),
    SeriesCode.THEORY: _l("理论学习"),
    SeriesCode.LECTURE: _l("法治讲座"),
    SeriesCode.OWN: _l("不归这几类"),
}


class MeetingForm(FlaskForm):  # type: ignore[misc]
    what = RadioField(_l("这一天"), choices=choices(WHAT_LABELS), default="held")
    held_on = DateField(_l("哪一天"), [InputRequired(_l("请填日期。"))])
    also = SelectField(_l("同时算另一种"), coerce=int, default=0)
    topic = StringField(_l("讲什么"), [Length(max=200)])
    basis = StringField(_l("法律和条文"), [Length(max=240)])
    begins = TimeField(_l("开始"), [Optional()])
    ends = TimeField(_l("结束"), [Optional()])
    place = StringField(_l("地点"), [Length(max=80)])
    host = StringField(_l("主持"), [Length(max=80)])
    speaker = StringField(_l("主讲"), [Length(max=80)])
    guests = WholeNumberField(_l("外来听众"), [between(0, 100_000, _l("请填人数。"))], default=0)
    categories = SelectMultipleField(_l("应到"), choices=choices(COUNTED_LABELS))
    units = SelectMultipleField(_l("只要这些单位"), coerce=int)
    merged_into = SelectField(_l("并入哪一场"), coerce=int, default=0)
    reason = StringField(_l("原因"), [Length(max=200)])
    proceedings = TextAreaField(_l("纪要"), [Length(max=20_000)])

    def offer(
        self, units: Sequence[Unit], series: Sequence[tuple[int, str]], others: Sequence[tuple[int, str]]
    ) -> None:
        self.units.choices = [SelectChoice(unit.id, unit.name) for unit in units]
        self.also.choices = [SelectChoice(*one) for one in [(0, _("不算")), *series]]
        self.merged_into.choices = [SelectChoice(*one) for one in [(0, _("请选一场")), *others]]

    def validate_topic(self, field: Any) -> None:
        if self.what.data in ("held", "moved") and not (field.data or "").strip():
            raise ValidationError(_("请写讲什么。"))

    def validate_reason(self, field: Any) -> None:
        if self.what.data == "cancelled" and not (field.data or "").strip():
            raise ValidationError(_("请写为什么没有办。"))

    def validate_merged_into(self, field: Any) -> None:
        if self.what.data == "merged" and not field.data:
            raise ValidationError(_("请选并入了哪一场；还没有登记的，先登记那一场。"))

    def validate_categories(self, field: Any) -> None:
        if self.what.data in ("held", "moved") and not field.data:
            raise ValidationError(_("请选谁应到。"))

    def validate_ends(self, field: Any) -> None:
        if field.data and self.begins.data and field.data <= self.begins.data:
            raise ValidationError(_("结束要在开始后面。"))


def rule_of(form: MeetingForm, owner: Unit, units: Sequence[Unit]) -> Rule:
    """Whom the form names: the chosen units, else the whole owner."""
    wanted = set(form.units.data or ())
    paths = tuple(unit.path for unit in units if unit.id in wanted) or (owner.path,)
    return Rule(paths, tuple(Category(code) for code in form.categories.data or ()))


def entry_of(
    form: MeetingForm, series_id: int, due_on: date | None, rule: Rule, *, merged_words: str = ""
) -> Entry:
    """What was filled in; a meeting on a day to come is a plan."""
    what, day = form.what.data, form.held_on.data
    if what in ("merged", "cancelled"):
        reason = merged_words if what == "merged" else form.reason.data.strip()
        return Entry(
            state=SessionState(what),
            held_on=due_on or day,
            serves=((series_id, due_on),),
            reason=reason,
            merged_into_id=form.merged_into.data if what == "merged" else None,
        )
    coming = day > clock.today()
    serves = ((series_id, due_on),) + (((form.also.data, None),) if form.also.data else ())
    return Entry(
        state=SessionState.PLANNED if coming else SessionState.HELD,
        held_on=day,
        serves=serves,
        topic=form.topic.data.strip(),
        basis=(form.basis.data or "").strip(),
        begins=form.begins.data,
        ends=form.ends.data,
        place=(form.place.data or "").strip(),
        host=(form.host.data or "").strip(),
        speaker=(form.speaker.data or "").strip(),
        guests=form.guests.data or 0,
        proceedings=(form.proceedings.data or "").strip(),
        rule=rule,
        reason=(form.reason.data or "").strip() or None,
    )


def filled(meeting: StudySession) -> dict[str, Any]:
    """The form's values out of a meeting."""
    names = (
        "held_on",
        "topic",
        "basis",
        "begins",
        "ends",
        "place",
        "host",
        "speaker",
        "guests",
        "proceedings",
    )
    what = meeting.state if meeting.state in ("merged", "cancelled") else "held"
    return {name: getattr(meeting, name) for name in names} | {
        "what": "moved" if meeting.is_moved else what,
        "reason": meeting.reason or "",
        "merged_into": meeting.merged_into_id or 0,
        "also": meeting.serves[1].series_id if len(meeting.serves) > 1 else 0,
    }


class SeriesForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("名称"), [InputRequired(_l("请填名称。")), Length(max=40)])
    code = SelectField(_l("算在哪一类"), choices=choices(CODE_LABELS), default=SeriesCode.OWN)
    rhythm = SelectField(_l("什么时候办"), choices=choices(RHYTHM_LABELS), default=Rhythm.NONE)
    days = StringField(_l("哪几天"), [Length(max=60)])
    starts_on = DateField(_l("从哪天开始"), [InputRequired(_l("请填日期。"))])
    ends_on = DateField(_l("从哪天起不再办"), [Optional()])

    def validate_ends_on(self, field: Any) -> None:
        if field.data and self.starts_on.data and field.data <= self.starts_on.data:
            raise ValidationError(_("停办的日期要在开办以后。"))

    def validate_days(self, field: Any) -> None:
        if self.rhythm.data in (Rhythm.MONTH_DAYS, Rhythm.WEEKDAY) and not self.numbers:
            raise ValidationError(_("每月这几天写成9、19、29；星期写1到7，星期二写2。"))

    @property
    def numbers(self) -> tuple[int, ...]:
        import re

        return tuple(int(part) for part in re.findall(r"\d{1,2}", self.days.data or ""))

    def plan(self) -> Plan:
        return Plan(
            self.code.data, self.name.data.strip(), self.rhythm.data, self.numbers, self.starts_on.data,
            self.ends_on.data,
        )  # fmt: skip
