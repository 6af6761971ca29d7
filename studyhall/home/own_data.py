"""Everything kept about oneself, as one workbook to take away."""

from __future__ import annotations

from typing import IO

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload

from studyhall.admin.models import Feedback
from studyhall.core import clock, tables
from studyhall.core.citations import Citation
from studyhall.core.figures import marks_text
from studyhall.home import own_practice
from studyhall.people import corrections, exemptions
from studyhall.people.importing import CATEGORY_LABELS
from studyhall.people.models import Category, LoginSession, Membership, Person, RosterEntry
from studyhall.people.reasons import REASONS
from studyhall.practice import queries as practice
from studyhall.quizzes.models import Assessment, Result
from studyhall.study.models import Attendance, SelfStudy, StudySession

_STATES = {"present": "出席", "leave": "请假", "absent": "缺席"}


def workbook(session: Session, person_id: int) -> IO[bytes]:
    """One sheet a kind: who one is, where one was, tests, meetings, self-study, practice, what one wrote, devices.

    No key of a question stands in it: one may be on a paper that is open.
    """
    person = session.get_one(Person, person_id)
    return tables.workbook(
        [
            _sheet(_("本人"), [_("项目"), _("内容")], _who(person)),
            _sheet(_("任职"), [_("单位"), _("类别"), _("职务"), _("从"), _("到（不含）"), _("计入名册")],
                   _memberships(session, person_id)),
            _sheet(_("免考登记"), [_("事由"), _("批准人"), _("从"), _("到（不含）")], _exempt(session, person_id)),
            _sheet(_("测评"), [_("测评"), _("当时单位"), _("应参加"), _("参加"), _("成绩（百分）"), _("含补考（百分）"),
                    _("交卷")],
                   _tests(session, person_id)),
            _sheet(_("测评作答"), [_("时间"), _("测评"), _("题目"), _("对错")],
                   own_practice.answers(session, person_id)),
            _sheet(_("学习活动"), [_("日期"), _("活动"), _("考勤"), _("补学")], _meetings(session, person_id)),
            _sheet(_("自学"), [_("日期"), _("内容")], _self_study(session, person_id)),
            _sheet(_("自愿练习"), [_("时间"), _("练的什么"), _("题目"), _("对错")], _practised(session, person_id)),
            _sheet(_("错题"), [_("题目"), _("错过几次"), _("上次答错"), _("哪天再练"), _("留着")],
                   own_practice.wrong_ones(session, person_id)),
            _sheet(_("掌握情况"), [_("条文"), _("掌握"), _("上次答"), _("下次复习")],
                   own_practice.levels(session, person_id)),
            _sheet(_("出题和题目有误"), [_("时间"), _("什么"), _("题目"), _("依据或问题"), _("结果"), _("答复")],
                   own_practice.written(session, person_id)),
            _sheet(_("意见和更正"), [_("时间"), _("写了什么"), _("答复")], _said(session, person_id)),
            _sheet(_("登录过的设备"), [_("设备"), _("登录"), _("最近用过"), _("退出")], _devices(session, person_id)),
        ]
    )  # fmt: skip


def _sheet(name: str, heads: list[str], rows: list[list[str]]) -> tables.Sheet:
    return tables.Sheet(name, name, [tables.Column(head, width=20) for head in heads], rows)


def _moment(moment: object) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""  # type: ignore[arg-type]


def _day(day: object) -> str:
    return str(day) if day else ""


def _who(person: Person) -> list[list[str]]:
    return [
        [_("姓名"), person.name],
        [_("工号"), person.staff_no],
        [_("电话"), person.phone or ""],
        [_("登记时间"), _moment(person.created_at)],
        [_("看过信息说明"), _moment(person.notice_seen_at)],
    ]


def _memberships(session: Session, person_id: int) -> list[list[str]]:
    rows = session.scalars(
        sa.select(Membership)
        .where(Membership.person_id == person_id)
        .order_by(Membership.starts_on)
        .options(joinedload(Membership.unit))
    )
    return [
        [m.unit.name, CATEGORY_LABELS[Category(m.category)], m.duty or "", _day(m.starts_on), _day(m.ends_on),
         _("是") if m.counts else _("否")]
        for m in rows
    ]  # fmt: skip


def _exempt(session: Session, person_id: int) -> list[list[str]]:
    return [
        [REASONS[one.reason_code], one.approver, _day(one.starts_on), _day(one.ends_on)]
        for one in exemptions.of_person(session, person_id)
    ]


def _tests(session: Session, person_id: int) -> list[list[str]]:
    rows = session.execute(
        sa.select(Assessment, Result, RosterEntry)
        .join(Result, Result.assessment_id == Assessment.id)
        .join(RosterEntry, RosterEntry.id == Result.roster_entry_id)
        .where(
            Result.person_id == person_id,
            Assessment.published_at.is_not(None),
            Assessment.opens_at <= clock.now(),
        )
        .order_by(Assessment.opens_at)
    )
    return [
        [
            assessment.title,
            entry.unit_name,
            _("是") if result.due else _("免"),
            _("是") if result.took_part else _("否"),
            _score(result.score, result.full, assessment.marks),
            _score(result.final_score, result.final_full, assessment.marks),
            _moment(result.handed_in_at),
        ]
        for assessment, result, entry in rows
    ]


def _score(score: int | None, full: int | None, marks: tuple[int, int]) -> str:
    return marks_text(score, full, marks) if score is not None and full else ""


def _meetings(session: Session, person_id: int) -> list[list[str]]:
    rows = session.execute(
        sa.select(StudySession, Attendance)
        .join(RosterEntry, RosterEntry.roster_id == StudySession.roster_id)
        .join(
            Attendance,
            sa.and_(Attendance.session_id == StudySession.id, Attendance.roster_entry_id == RosterEntry.id),
        )
        .where(RosterEntry.person_id == person_id)
        .order_by(StudySession.held_on)
    )
    return [
        [_day(meeting.held_on), meeting.topic, _STATES.get(one.state, ""), _day(one.made_up_on)]
        for meeting, one in rows
    ]


def _self_study(session: Session, person_id: int) -> list[list[str]]:
    rows = session.scalars(
        sa.select(SelfStudy).where(SelfStudy.person_id == person_id).order_by(SelfStudy.studied_on)
    )
    return [
        [
            _day(one.studied_on),
            str(Citation(one.law_title, one.article, one.sub_article))
            if one.article
            else f"《{one.law_title}》",
        ]
        for one in rows
    ]


def _practised(session: Session, person_id: int) -> list[list[str]]:
    return [
        [_moment(at), title, stem, _("对") if right else _("错")]
        for at, title, stem, right in practice.practised(session, person_id)
    ]


def _said(session: Session, person_id: int) -> list[list[str]]:
    found = [(one.at, one.text, one.reply) for one in corrections.own(session, person_id)]
    found += [
        (one.at, one.text, one.reply)
        for one in session.scalars(sa.select(Feedback).where(Feedback.person_id == person_id))
    ]
    return [[_moment(at), text, reply or ""] for at, text, reply in sorted(found, key=lambda one: one[0])]


def _devices(session: Session, person_id: int) -> list[list[str]]:
    rows = session.scalars(
        sa.select(LoginSession).where(LoginSession.person_id == person_id).order_by(LoginSession.id)
    )
    return [
        [one.device, _moment(one.created_at), _moment(one.last_seen_at), _moment(one.ended_at)]
        for one in rows
    ]
