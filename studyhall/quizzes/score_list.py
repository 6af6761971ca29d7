"""成绩汇总表: everybody expected at one assessment with what he earned, by unit and name, to be signed.

It puts nobody in order of points: the rows stand as the roster does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from studyhall.core.access import Reach
from studyhall.core.errors import Missing
from studyhall.core.figures import marks_text, percent, share
from studyhall.core.filters import moment, whole_moment
from studyhall.core.sayings import later
from studyhall.core.tables import Cell, Column, Sheet
from studyhall.people.models import RosterEntry, Unit
from studyhall.people.roster import REASONS
from studyhall.quizzes.models import Assessment, Result

SOURCES = {"elsewhere": later("上级平台"), "keyed_in": later("纸卷")}


@dataclass(frozen=True)
class Row:
    """One person; the scores as words on the scale of 100, None where there is none."""

    unit_name: str
    name: str
    staff_no: str
    main: str | None
    make_up: str | None
    final: str | None
    grade: str
    """优秀, 合格, 不合格, 缺考 (未考 while it is open) or 免考: of the main run."""
    final_grade: str
    note: str


@dataclass(frozen=True)
class ScoreList:
    assessment: Assessment
    rows: Sequence[Row]
    due: int
    took_part: int
    passed: int
    excellent: int
    with_make_up: bool
    final_took_part: int
    final_passed: int

    @property
    def exempt(self) -> int:
        return len(self.rows) - self.due

    @property
    def sums(self) -> list[str]:
        """What stands below the table: each rate with both its sides."""
        found = [
            _("应考%(due)d人，免考%(exempt)d人，参考%(took)d人。", due=self.due, exempt=self.exempt, took=self.took_part),
            self._rate(_("参考率"), self.took_part, self.due),
            self._rate(_("合格率（应考）"), self.passed, self.due),
            self._rate(_("合格率（实考）"), self.passed, self.took_part),
            self._rate(_("优秀率"), self.excellent, self.took_part),
        ]  # fmt: skip
        if self.with_make_up:
            found += [
                self._rate(_("含补考参考率"), self.final_took_part, self.due),
                self._rate(_("含补考合格率（应考）"), self.final_passed, self.due),
            ]
        return found

    @staticmethod
    def _rate(label: str, part: int, whole: int) -> str:
        rate = percent(share(part, whole))
        return _("%(label)s%(rate)s（%(part)d/%(whole)d）。", label=label, rate=rate, part=part, whole=whole)


def score_list(session: Session, assessment: Assessment, reach: Reach, now: datetime) -> ScoreList:
    """Of those whom the asker may see. Raises Missing where that is nobody."""
    found = session.execute(
        sa.select(RosterEntry, Result)
        .join(Result, Result.roster_entry_id == RosterEntry.id)
        .join(Unit, Unit.id == RosterEntry.unit_id)
        .where(Result.assessment_id == assessment.id, reach.within(RosterEntry.unit_path))
        .order_by(Unit.position, RosterEntry.unit_path, RosterEntry.name_sort, RosterEntry.staff_no)
    ).all()
    if not found:
        raise Missing
    results = [result for _entry, result in found]
    return ScoreList(
        assessment,
        [_row(entry, result, assessment.marks, assessment.has_closed(now)) for entry, result in found],
        due=sum(one.due for one in results),
        took_part=sum(one.took_part for one in results),
        passed=sum(one.passed for one in results),
        excellent=sum(one.excellent for one in results),
        with_make_up=any(one.make_up_score is not None for one in results),
        final_took_part=sum(one.final_took_part for one in results),
        final_passed=sum(one.final_passed for one in results),
    )


def _row(entry: RosterEntry, result: Result, marks: tuple[int, int], closed: bool) -> Row:
    exempt = not result.due
    notes = [_(REASONS[entry.reason_code]) if entry.reason_code in REASONS else _("免考")] if exempt else []
    notes += [_("事后")] if exempt and entry.after_close else []
    notes += [_("后补")] if entry.added_late else []
    notes += [_(SOURCES[result.source])] if result.took_part and result.source in SOURCES else []
    return Row(
        entry.unit_name,
        entry.name,
        entry.staff_no,
        _marks(result.score, result.full, marks) if result.took_part else None,
        _marks(result.make_up_score, result.make_up_full, marks),
        _marks(result.final_score, result.final_full, marks) if result.final_took_part else None,
        _grade(result.due, result.took_part, result.passed, result.excellent, closed),
        _grade(result.due, result.final_took_part, result.final_passed, result.final_excellent, closed),
        "、".join(notes),
    )


def _marks(score: int | None, full: int | None, marks: tuple[int, int]) -> str | None:
    return None if score is None or full is None or full <= 0 else marks_text(score, full, marks)


def _grade(due: bool, took_part: bool, passed: bool, excellent: bool, closed: bool) -> str:
    if not due:
        return _("免考")
    if not took_part:
        return _("缺考") if closed else _("未考")
    return _("优秀") if excellent else _("合格") if passed else _("不合格")


def sheet(found: ScoreList, unit_name: str, as_of: str) -> Sheet:
    """The same list for Excel, with a column to sign in and the lines for signatures below."""
    made_up = found.with_make_up
    columns = [
        Column(_("序号"), Cell.WHOLE, 6),
        Column(_("单位"), width=20),
        Column(_("姓名"), width=14),
        Column(_("工号"), width=11),
        Column(_("正考成绩") if made_up else _("成绩"), Cell.MARKS, 10),
        Column(_("等次"), width=8),
    ]
    if made_up:
        columns += [
            Column(_("补考成绩"), Cell.MARKS, 10),
            Column(_("最终成绩"), Cell.MARKS, 10),
            Column(_("最终等次"), width=10),
        ]
    columns += [Column(_("备注"), width=14), Column(_("签名"), width=14)]
    rows = []
    for place, one in enumerate(found.rows, 1):
        made = (_number(one.make_up), _number(one.final), one.final_grade) if made_up else ()
        rows.append(
            (
                place,
                one.unit_name,
                one.name,
                one.staff_no,
                _number(one.main),
                one.grade,
                *made,
                one.note,
                None,
            )
        )
    return Sheet(
        _("成绩汇总表"),
        title(found),
        columns,
        rows,
        notes=[
            _("%(unit)s　　统计截至%(moment)s。成绩按满分100分折算。", unit=unit_name, moment=as_of),
            *found.sums,
            "",
            _("填表：＿＿＿＿＿＿　　审核：＿＿＿＿＿＿　　单位（盖章）：＿＿＿＿＿＿　　　　年　　月　　日"),
        ],
    )  # fmt: skip


def title(found: ScoreList) -> str:
    return _("%(title)s成绩汇总表", title=found.assessment.title)


def window(assessment: Assessment) -> str:
    return _(
        "%(opens)s至%(closes)s", opens=whole_moment(assessment.opens_at), closes=moment(assessment.closes_at)
    )


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
