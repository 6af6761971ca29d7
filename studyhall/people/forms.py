"""The forms of the people pages. They check shape; rules are in the domain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as MayBeEmpty

from studyhall.core.forms import choices
from studyhall.core.sayings import later
from studyhall.people.importing import CATEGORY_LABELS
from studyhall.people.models import Category, Unit, UnitKind
from studyhall.people.reasons import REASONS
from studyhall.people.roles import LABELS

COUNTED_LABELS = {
    Category.LEADERSHIP: _l("班子成员"),
    Category.OFFICE: _l("机关干部"),
    Category.STATION: _l("站所人员"),
    Category.VILLAGE: _l("村干部"),
    Category.SUPPORT: _l("工勤人员"),
}
"""Who can be due: everybody but those who are not counted."""
UNIT_KINDS = {
    UnitKind.COUNTY: _l("县"),
    UnitKind.TOWNSHIP: _l("乡镇"),
    UnitKind.OFFICE: _l("办公室"),
    UnitKind.STATION: _l("站所"),
    UnitKind.VILLAGE: _l("村"),
}


class DayField(DateField):  # type: ignore[misc]
    """A day; 请写成2026-11-20这样 for anything else."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            self.data = None
            raise ValueError(_("请写成2026-11-20这样。")) from None


def unit_choices(units: Sequence[Unit]) -> list[tuple[str, str]]:
    """By the tree: deeper units are moved in."""
    top = min((unit.path.count("/") for unit in units), default=0)
    return [(str(unit.id), "　" * (unit.path.count("/") - top) + unit.name) for unit in units]


_CATEGORIES = choices(CATEGORY_LABELS)
_DAY = [InputRequired(_l("请写日期。"))]


class _UnitForm(FlaskForm):  # type: ignore[misc]
    """A form that asks for a unit out of those offered."""

    def offer_units(self, units: Sequence[Unit], name: str = "unit", empty: str | None = None) -> None:
        first: list[tuple[str, str]] = [("", empty)] if empty is not None else []
        self[name].choices = choices(dict(first + unit_choices(units)))


class PersonForm(_UnitForm):
    name = StringField(_l("姓名"), [InputRequired(_l("请写姓名。")), Length(max=60)])
    unit = SelectField(_l("单位"), [InputRequired(_l("请选单位。"))], validate_choice=True)
    category = SelectField(_l("类别"), choices=_CATEGORIES)
    duty = StringField(_l("职务（选填）"), [Length(max=80)])
    staff_no = StringField(_l("工号（选填）"), [Length(max=20)])
    phone = StringField(_l("电话（选填）"), [Length(max=20)])
    starts_on = DayField(_l("从哪天起"), _DAY)


class EditForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("姓名"), [InputRequired(_l("请写姓名。")), Length(max=60)])
    staff_no = StringField(_l("工号"), [InputRequired(_l("请写工号。")), Length(max=20)])
    phone = StringField(_l("电话（选填）"), [Length(max=20)])
    category = SelectField(_l("类别"), choices=_CATEGORIES)
    duty = StringField(_l("职务（选填）"), [Length(max=80)])


class MoveForm(_UnitForm):
    unit = SelectField(_l("调到哪个单位"), [InputRequired(_l("请选单位。"))])
    on = DayField(_l("从哪天起"), _DAY)
    category = SelectField(_l("类别"), choices=_CATEGORIES)
    duty = StringField(_l("职务（选填）"), [Length(max=80)])


class LeaveForm(FlaskForm):  # type: ignore[misc]
    on = DayField(_l("从哪天起不在了"), _DAY)


class LendForm(_UnitForm):
    unit = SelectField(_l("到哪个单位"), [InputRequired(_l("请选单位。"))])
    duty = SelectField(
        _l("为什么去"),
        choices=choices(
            {word: word for word in (later("借调"), later("驻村"), later("挂职"), later("兼职"))}
        ),
    )
    starts_on = DayField(_l("从哪天起"), _DAY)
    ends_on = DayField(_l("到哪天止（选填，这天还在）"), [MayBeEmpty()])
    category = SelectField(_l("类别"), choices=_CATEGORIES)
    counts = BooleanField(_l("这段时间算在那边的名册里"))


_NOT_YET = SelectChoice("", _l("请选择"))
"""Where the first of the list would be a mistake that nobody sees: a reason, a role."""


class ExemptForm(FlaskForm):  # type: ignore[misc]
    reason = SelectField(_l("事由"), [InputRequired(_l("请选事由。"))], choices=[_NOT_YET, *choices(REASONS)])
    starts_on = DayField(_l("从哪天起"), _DAY)
    ends_on = DayField(_l("到哪天止（选填，这天还免）"), [MayBeEmpty()])
    approver = StringField(_l("批准人"), [InputRequired(_l("请写批准人。")), Length(max=80)])


class EndForm(FlaskForm):  # type: ignore[misc]
    on = DayField(_l("从哪天起"), _DAY)


class UnitForm(_UnitForm):
    name = StringField(_l("名称"), [InputRequired(_l("请写单位名称。")), Length(max=60)])
    parent = SelectField(_l("在哪个单位下面"), [InputRequired(_l("请选上级单位。"))])
    kind = SelectField(_l("种类"), choices=choices(UNIT_KINDS))
    code = StringField(_l("代号（选填）"), [Length(max=20)])
    opened_on = DayField(_l("设立日期"), _DAY)


class RenameForm(FlaskForm):  # type: ignore[misc]
    name = StringField(_l("名称"), [InputRequired(_l("请写单位名称。")), Length(max=60)])
    contact = SelectField(_l("联系人（选填）"))

    def offer_people(self, people: Iterable[tuple[int, str]]) -> None:
        self.contact.choices = choices({"": _("没有"), **dict(people)})


class CloseForm(_UnitForm):
    on = DayField(_l("从哪天起没有这个单位"), _DAY)
    successor = SelectField(_l("人员并到哪个单位"))


class RoleForm(_UnitForm):
    staff_no = StringField(_l("工号"), [InputRequired(_l("请写工号。")), Length(max=20)])
    role = SelectField(_l("角色"), [InputRequired(_l("请选角色。"))])
    unit = SelectField(_l("管哪个单位（连同下面的单位）"), [InputRequired(_l("请选单位。"))])
    starts_on = DayField(_l("从哪天起"), _DAY)
    ends_on = DayField(_l("到哪天止（选填，这天还有）"), [MayBeEmpty()])

    def offer_roles(self, roles: Iterable[Any]) -> None:
        self.role.choices = [_NOT_YET, *choices({role: LABELS[role] for role in roles})]


class MergeForm(FlaskForm):  # type: ignore[misc]
    staff_no = StringField(_l("另一条的工号"), [InputRequired(_l("请写工号。")), Length(max=20)])


class CorrectionForm(FlaskForm):  # type: ignore[misc]
    about = SelectField(_l("哪里错了"))
    text = TextAreaField(
        _l("应该是怎样"), [InputRequired(_l("请写几个字，说说应该是怎样。")), Length(max=1000)]
    )
