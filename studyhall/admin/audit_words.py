"""What each fixed word of the audit trail says on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from studyhall.core.audit import AuditEvent
from studyhall.core.filters import day, moment
from studyhall.people.forms import COUNTED_LABELS, UNIT_KINDS
from studyhall.quizzes.forms import (
    COUNTING_LABELS,
    KIND_LABELS,
    PARTIAL_LABELS,
    REVEAL_LABELS,
)

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?\+\d\d:\d\d")

WORDS = {
    "assessment.drafted": _l("测评：存了草稿"),
    "assessment.changed": _l("测评：改了设置"),
    "assessment.published": _l("测评：发布"),
    "assessment.withdrawn": _l("测评：撤回"),
    "roster.frozen": _l("名册：定下来"),
    "roster.followed": _l("名册：跟着调动变了"),
    "roster.exempted": _l("名册：免考"),
    "roster.exemption_ended": _l("名册：取消免考"),
    "roster.added_late": _l("名册：补进一个人"),
    "assessment.allowed": _l("测评：加时间或多给一次"),
    "assessment.extended": _l("测评：延长截止"),
    "assessment.make_up": _l("测评：安排补考"),
    "result.brought_in": _l("成绩：带入别处的"),
    "question.void": _l("成绩：作废试题，重新算分"),
    "question.re_key": _l("成绩：改答案，重新算分"),
    "attempt.handed_in": _l("作答：交卷"),
    "attempt.closed": _l("作答：到时间自动交卷"),
    "person.password_changed": _l("人员：改了密码"),
    "person.added": _l("人员：加进来"),
    "person.changed": _l("人员：改了登记"),
    "person.moved": _l("人员：调动"),
    "person.lent": _l("人员：借调、驻村"),
    "person.counts_elsewhere": _l("人员：改在哪个单位计入"),
    "person.left": _l("人员：调出"),
    "person.membership_ended": _l("人员：结束一段任职"),
    "person.start_corrected": _l("人员：更正到任日期"),
    "person.exempted": _l("人员：登记免考"),
    "person.exemption_ended": _l("人员：提前结束免考"),
    "person.merged": _l("人员：两条合成一个人"),
    "person.password_reset": _l("人员：重设了密码"),
    "person.slip_made": _l("人员：做了密码条"),
    "person.unlocked": _l("人员：解锁"),
    "person.device_ended": _l("人员：退出一台设备"),
    "person.data_exported": _l("人员：导出本人记录"),
    "people.imported": _l("人员：导入名册"),
    "people.import_undone": _l("人员：撤回导入的名册"),
    "people.exported": _l("导出：没有导入的行"),
    "unit.opened": _l("单位：设立"),
    "unit.changed": _l("单位：改名称、联系人"),
    "unit.closed": _l("单位：撤并"),
    "role.given": _l("角色：给了"),
    "role.ended": _l("角色：去掉"),
    "clock.confirmed": _l("服务器：核对了时间"),
    "setting.changed": _l("设置：改了"),
    "correction.asked": _l("更正：本人要求"),
    "correction.settled": _l("更正：答复"),
    "bank.loaded": _l("题库：载入"),
    "bank.exported": _l("题库：导出"),
    "bank.import_landed": _l("题库：导入的试题入库"),
    "bank.import_undone": _l("题库：撤回导入的一批"),
    "bank.import_retired": _l("题库：停用导入的一批"),
    "bank.fault_reported": _l("题库：有人说题目有误"),
    "bank.fault_settled": _l("题库：处理了题目有误"),
    "bank.law_amended": _l("题库：法律有了新版"),
    "bank.question_proposed": _l("题库：干部出了一道题"),
    "bank.proposal_settled": _l("题库：处理了干部出的题"),
    "law.imported": _l("法律：导入条文"),
    "question.edited": _l("试题：存了新版"),
    "question.retired": _l("试题：停用"),
    "question.held": _l("试题：留出，先不用"),
    "question.put_in_use": _l("试题：投入使用"),
    "question.still_right": _l("试题：法律改了，看过还对"),
    "feedback.settled": _l("意见反馈：处理"),
    "report.exported": _l("导出：月报"),
    "assessment.scores_exported": _l("导出：成绩汇总表"),
    "assessment.paper_exported": _l("导出：样卷"),
    "audit.exported": _l("导出：审计日志"),
    "site.demo": _l("建了演示数据"),
    "study.planned": _l("学习活动：安排"),
    "study.held": _l("学习活动：登记"),
    "study.merged": _l("学习活动：并入别的"),
    "study.cancelled": _l("学习活动：没有办"),
    "study.changed": _l("学习活动：改了"),
    "study.called": _l("学习活动：点名"),
    "study.not_made_up": _l("学习活动：去掉了补学"),
    "study.made_up": _l("学习活动：补学"),
    "study.attached": _l("学习活动：加了文件"),
    "study.detached": _l("学习活动：拿掉文件"),
    "series.kept": _l("学习的种类：开办"),
    "series.ended": _l("学习的种类：停办"),
    "series.changed": _l("学习的种类：改了"),
    "series.dropped": _l("学习的种类：去掉"),
    "self_study.logged": _l("自学：记一次"),
    "exemption.granted": _l("免考：登记"),
}

KINDS = {
    "assessment": _l("测评"),
    "roster": _l("名册和免考"),
    "attempt": _l("作答"),
    "person": _l("人员"),
    "people": _l("名册导入"),
    "unit": _l("单位"),
    "role": _l("角色"),
    "setting": _l("设置"),
    "correction": _l("更正请求"),
    "bank": _l("题库"),
    "question": _l("试题"),
    "law": _l("法律"),
    "feedback": _l("意见反馈"),
    "report": _l("导出报表"),
    "audit": _l("导出日志"),
    "study": _l("学习活动"),
    "series": _l("学习的种类"),
    "self_study": _l("自学"),
    "result": _l("成绩"),
}
"""The first half of a word: what the list is filtered by."""

FIELDS = {
    "due": _l("应参加"),
    "entries": _l("名册人数"),
    "joined": _l("加入"),
    "left": _l("移出"),
    "title": _l("名称"),
    "kind": _l("种类"),
    "opens_at": _l("开始"),
    "closes_at": _l("截止"),
    "minutes": _l("答题时间"),
    "attempts_allowed": _l("可答次数"),
    "counting_rule": _l("计分的一次"),
    "pass_percent": _l("及格"),
    "excellent_percent": _l("优秀"),
    "partial_rule": _l("多选题少选"),
    "reveal": _l("答案"),
    "counts_for_year": _l("算哪一年"),
    "counts_for_month": _l("算哪个月"),
    "reason": _l("事由"),
    "approver": _l("批准人"),
    "after_close": _l("事后"),
    "attempts": _l("次数"),
    "added": _l("新增"),
    "changed": _l("改动"),
    "retired": _l("停用"),
    "reply": _l("答复"),
    "effective": _l("施行日期"),
    "articles": _l("条数"),
    "version": _l("版本"),
    "state": _l("状态"),
    "outcome": _l("处理"),
    "questions": _l("题数"),
    "answers": _l("答案"),
    "format": _l("格式"),
    "names": _l("名字"),
    "from": _l("从"),
    "to": _l("到"),
    "who": _l("谁改的"),
    "what": _l("改的谁、什么"),
    "unit": _l("单位"),
    "category": _l("类别"),
    "starts_on": _l("从哪天起"),
    "series_name": _l("学习的名称"),
    "series_kind": _l("学习的类别"),
    "rhythm": _l("什么时候办"),
    "name": _l("姓名"),
    "staff_no": _l("工号"),
    "phone": _l("电话"),
    "duty": _l("职务"),
    "until": _l("到哪天"),
    "counts": _l("计入名册"),
    "role": _l("角色"),
    "code": _l("代号"),
    "parent": _l("上级单位"),
    "contact": _l("联系人"),
    "successor": _l("接收单位"),
    "moved": _l("调动"),
    "given_up": _l("并进去的"),
    "memberships": _l("任职"),
    "events": _l("记录"),
    "shared": _l("两边都在的名册"),
    "held": _l("待判断"),
    "new": _l("新增"),
    "transferred": _l("调动"),
    "fault": _l("有错"),
    "same": _l("没有变化"),
    "left_out": _l("先不导入"),
    "people": _l("新增的人"),
    "units": _l("新建的单位"),
    "rows": _l("行数"),
    "device": _l("设备"),
    "about": _l("哪里"),
    "exempted": _l("免"),
    "due_again": _l("恢复应参加"),
    "address": _l("网址"),
    "phone_login": _l("手机号登录"),
    "remember_days": _l("记住几天"),
    "idle_minutes": _l("多久没有动就退出"),
    "report_by": _l("年度报告的上报日"),
    "responsible": _l("谁负责"),
    "noticed_at": _l("发现时显示的时间"),
    "expected_at": _l("照推算的时间"),
    "confirmed_at": _l("核对的时间"),
    "held_on": _l("日期"),
    "topic": _l("内容"),
    "basis": _l("法律和条文"),
    "place": _l("地点"),
    "host": _l("主持"),
    "speaker": _l("主讲"),
    "guests": _l("外来听众"),
    "present": _l("出席"),
    "leave": _l("请假"),
    "absent": _l("缺席"),
    "made_up_on": _l("补学日期"),
    "ruling": _l("处理"),
    "ends_on": _l("到哪天"),
}


VALUES: dict[str, Mapping[Any, Any]] = {
    "kind": {**KIND_LABELS, **UNIT_KINDS},
    "category": COUNTED_LABELS,
    "state": {
        "planned": _l("安排了"),
        "held": _l("办了"),
        "merged": _l("并入别的"),
        "cancelled": _l("没有办"),
    },
    "ruling": {"full": _l("人人得满分"), "left_out": _l("这道题不算"), "re_key": _l("改答案")},
    "counting_rule": COUNTING_LABELS,
    "partial_rule": PARTIAL_LABELS,
    "reveal": REVEAL_LABELS,
}
"""What the codes in a field say on a page."""


def word(action: str) -> str:
    return str(WORDS.get(action, action))


def field(name: str) -> str:
    return str(FIELDS.get(name, name))


def value(name: str, kept: Any) -> str:
    """What was kept of a field, in words: codes by their labels, moments in local time."""
    if kept is None or kept == "":
        return _("空")
    if isinstance(kept, bool):
        return _("是") if kept else _("否")
    if isinstance(kept, list):
        return "、".join(str(one) for one in kept) or _("空")
    labels = {str(code): label for code, label in VALUES.get(name, {}).items()}
    if str(kept) in labels:
        return str(labels[str(kept)])
    if isinstance(kept, str) and _MOMENT.fullmatch(kept):
        return moment(datetime.fromisoformat(kept))
    if isinstance(kept, str) and _DAY.fullmatch(kept):
        return day(date.fromisoformat(kept))
    return str(kept)


@dataclass(frozen=True)
class Change:
    """One field, before and after; None where there was nothing on that side."""

    label: str
    before: str | None
    after: str | None


def changes(event: AuditEvent) -> list[Change]:
    before, after = event.before or {}, event.after or {}
    return [
        Change(
            field(name),
            value(name, before[name]) if name in before else None,
            value(name, after[name]) if name in after else None,
        )
        for name in {**before, **after}
    ]
