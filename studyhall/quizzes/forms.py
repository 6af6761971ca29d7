"""The form that sets a contest or an exam."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from studyhall.core.forms import LocalMomentField, WholeNumberField, between, choices
from studyhall.core.periods import Month
from studyhall.people.forms import COUNTED_LABELS
from studyhall.people.models import Category, Unit
from studyhall.people.roster import Rule
from studyhall.quizzes.assembly import Line
from studyhall.quizzes.models import AssessmentKind, CountingRule, PartialRule, Reveal
from studyhall.quizzes.publishing import Setup

KIND_LABELS = {
    AssessmentKind.CONTEST: _l("月月赛"),
    AssessmentKind.EXAM: _l("考试"),
    AssessmentKind.MOCK: _l("模拟（不计入报表）"),
}
COUNTING_LABELS = {
    CountingRule.BEST: _l("最高的一次"),
    CountingRule.LAST: _l("最后一次"),
    CountingRule.FIRST: _l("第一次"),
}
PARTIAL_LABELS = {
    PartialRule.HALF: _l("少选得一半，选错不得分"),
    PartialRule.NONE: _l("全选对才得分"),
    PartialRule.PROPORTIONAL: _l("少选按比例得分，选错不得分"),
}
REVEAL_LABELS = {
    Reveal.AFTER_HAND_IN: _l("交卷后就能看答案和依据"),
    Reveal.AFTER_CLOSE: _l("截止以后才能看"),
}


class AssessmentForm(FlaskForm):  # type: ignore[misc]
    kind = SelectField(_l("种类"), choices=choices(KIND_LABELS), default=AssessmentKind.CONTEST)
    title = StringField(_l("名称"), [InputRequired(_l("请填名称。")), Length(max=80)])
    counts_for = StringField(_l("算哪个月的"))
    opens_at = LocalMomentField(_l("开始"), [InputRequired(_l("请填开始时间。"))])
    closes_at = LocalMomentField(_l("截止"), [InputRequired(_l("请填截止时间。"))])
    minutes = WholeNumberField(_l("答题时间"), [between(1, 300, _l("1到300分钟。"))], default=30)
    attempts_allowed = WholeNumberField(_l("可答次数"), [between(1, 10, _l("1到10次。"))], default=2)
    counting_rule = SelectField(_l("计分的一次"), choices=choices(COUNTING_LABELS))
    pass_percent = WholeNumberField(_l("及格"), [between(1, 100, _l("1到100分。"))], default=60)
    excellent_percent = WholeNumberField(_l("优秀"), [between(1, 100, _l("1到100分。"))], default=90)
    partial_rule = SelectField(_l("多选题少选"), choices=choices(PARTIAL_LABELS))
    reveal = RadioField(_l("答案"), choices=choices(REVEAL_LABELS), default=Reveal.AFTER_HAND_IN)
    categories = SelectMultipleField(_l("谁参加"), choices=choices(COUNTED_LABELS))
    units = SelectMultipleField(_l("只要这些单位"), coerce=int)
    top_list = BooleanField(_l("公布前10名"))
    earlier_wins = BooleanField(_l("成绩、用时都相同的，先交卷的在前"))
    fixed_paper = BooleanField(_l("所有人用同一份试卷"))
    avoid_last = WholeNumberField(_l("避开前几场抽到过的题"), [between(0, 12, _l("0到12场。"))], default=1)

    def __init__(self, units: Sequence[Unit] = (), **given: Any) -> None:
        """`units`: those below the owner, from which a part may be chosen."""
        super().__init__(**given)
        self.units.choices = [SelectChoice(unit.id, unit.name) for unit in units]
        self.offered_units = {unit.id: unit.path for unit in units}

    @property
    def unit_paths(self) -> tuple[str, ...]:
        """Of the units chosen; none chosen is the whole owner."""
        offered = self.offered_units
        return tuple(offered[unit] for unit in self.units.data or () if unit in offered)

    def validate_closes_at(self, field: Any) -> None:
        if self.opens_at.data and field.data and field.data <= self.opens_at.data:
            raise ValidationError(_("截止要在开始后面。"))

    def validate_excellent_percent(self, field: Any) -> None:
        if (
            field.data is not None
            and self.pass_percent.data is not None
            and field.data < self.pass_percent.data
        ):
            raise ValidationError(_("优秀不能低于及格。"))

    def validate_categories(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("请至少选一类人员。"))

    def validate_counts_for(self, field: Any) -> None:
        if not field.data:
            return
        try:
            Month.parse(field.data)
        except ValueError:
            raise ValidationError(_("月份写成2026-11这样。")) from None

    def month(self) -> Month:
        """The month set, by default the one it opens in."""
        return (
            Month.parse(self.counts_for.data) if self.counts_for.data else Month.of(self.opens_at.data.date())
        )

    def rule(self, owner_path: str) -> Rule:
        """Whom the form names: these categories, in the units chosen, else in the whole owner."""
        categories = tuple(Category(code) for code in self.categories.data or ())
        return Rule(self.unit_paths or (owner_path,), categories)

    def setup(self, lines: Iterable[Line], owner_path: str) -> Setup:
        month = self.month()
        return Setup(
            kind=self.kind.data,
            title=self.title.data.strip(),
            counts_for=(month.year, month.number),
            opens_at=self.opens_at.moment,
            closes_at=self.closes_at.moment,
            minutes=self.minutes.data,
            attempts_allowed=self.attempts_allowed.data,
            counting_rule=self.counting_rule.data,
            pass_percent=self.pass_percent.data,
            excellent_percent=self.excellent_percent.data,
            partial_rule=self.partial_rule.data,
            reveal=self.reveal.data,
            lines=tuple(lines),
            rule=self.rule(owner_path),
            top_list=self.top_list.data,
            earlier_wins=self.earlier_wins.data,
            fixed_paper=self.fixed_paper.data,
            avoid_last=self.avoid_last.data,
        )
