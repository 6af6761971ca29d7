"""The form that sets a contest or an exam."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from studyhall.core.filters import points as points_words
from studyhall.core.forms import LocalMomentField, WholeNumberField, between, choices
from studyhall.core.periods import Month
from studyhall.people.models import Category
from studyhall.people.roster import Rule
from studyhall.quizzes.assembly import ORDER_OF_KINDS, Line
from studyhall.quizzes.models import (
    Assessment,
    AssessmentKind,
    CountingRule,
    PartialRule,
    Reveal,
)
from studyhall.quizzes.publishing import Setup

CATEGORY_LABELS = {
    Category.LEADERSHIP: _l("班子成员"),
    Category.OFFICE: _l("机关干部"),
    Category.STATION: _l("站所人员"),
    Category.VILLAGE: _l("村干部"),
    Category.SUPPORT: _l("工勤人员"),
}
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
MOST_OF_ONE_KIND = 200
USUAL_WORTH = {"single": 400, "multiple": 600, "judge": 400, "fill": 400, "short": 1000, "case": 400}


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
    categories = SelectMultipleField(_l("谁参加"), choices=choices(CATEGORY_LABELS))

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

    def setup(self, lines: Iterable[Line], unit_path: str) -> Setup:
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
            rule=Rule((unit_path,), tuple(Category(code) for code in self.categories.data)),
        )


@dataclass(frozen=True)
class BlueprintInput:
    """The table of laws and kinds as typed: counts by `(law, kind)`, worth by kind in hundredths."""

    counts: dict[tuple[int, str], int]
    worth: dict[str, int]
    typed: Mapping[str, str] = field(default_factory=dict)
    """What stood in each field, right or wrong: it stays."""
    problems: Mapping[str, str] = field(default_factory=dict)
    """What is wrong, by the name of its field."""

    def count_of(self, law_id: int, kind: str) -> str:
        """What the field of this law and kind shows."""
        return self.typed.get(f"n-{law_id}-{kind}", str(self.counts.get((law_id, kind), 0) or ""))

    def worth_of(self, kind: str) -> str:
        return self.typed.get(f"worth-{kind}", points_words(self.worth[kind]))

    def questions_of(self, kind: str) -> int:
        return sum(count for (_law, of_kind), count in self.counts.items() if of_kind == kind)

    @property
    def lines(self) -> list[Line]:
        return [
            Line(law_id, kind, count, self.worth[kind])
            for kind in ORDER_OF_KINDS
            for (law_id, of_kind), count in sorted(self.counts.items())
            if of_kind == kind and count
        ]

    @property
    def questions(self) -> int:
        return sum(count for (_law, kind), count in self.counts.items() if kind != "case")

    @property
    def cases(self) -> int:
        return sum(count for (_law, kind), count in self.counts.items() if kind == "case")

    @property
    def full(self) -> int:
        """Hundredths, without the cases: how many parts those have shows when they are dealt."""
        return sum(count * self.worth[kind] for (_law, kind), count in self.counts.items() if kind != "case")


def read_blueprint(form: Mapping[str, str]) -> BlueprintInput:
    """Fields `n-LAW-KIND` and `worth-KIND`; what is no number is said and counts as nothing."""
    counts: dict[tuple[int, str], int] = {}
    worth = dict(USUAL_WORTH)
    typed, problems = {}, {}
    for name, text in form.items():
        plain = unicodedata.normalize("NFKC", text).strip()
        if (match := re.fullmatch(r"n-(\d{1,9})-([a-z]+)", name)) and match[2] in USUAL_WORTH:
            typed[name] = text[:20]
            fine = not plain or (re.fullmatch(r"[0-9]{1,3}", plain) and int(plain) <= MOST_OF_ONE_KIND)
            counts[int(match[1]), match[2]] = int(plain or 0) if fine else 0
            if not fine:
                problems[name] = _("题数要填0到%(most)d的整数。", most=MOST_OF_ONE_KIND)
        elif (match := re.fullmatch(r"worth-([a-z]+)", name)) and match[1] in USUAL_WORTH:
            typed[name] = text[:20]
            if not re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", plain) or float(plain) <= 0:
                problems[name] = _("每题分数要填大于0的数，最多一位小数。")
                continue
            whole, _dot, tenth = plain.partition(".")
            worth[match[1]] = int(whole) * 100 + int(tenth or 0) * 10
    return BlueprintInput(counts, worth, typed, problems)


def blueprint_of(assessment: Assessment) -> BlueprintInput:
    worth = dict(USUAL_WORTH) | {line.kind: line.worth for line in assessment.lines}
    return BlueprintInput({(line.law_id, line.kind): line.how_many for line in assessment.lines}, worth)
