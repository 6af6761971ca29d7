"""Who may do what, in words: one row an act, one word a role; empty where the role may not.

A test holds each row to `core.access`, so that the page never says what the program does not do.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from studyhall.core.access import Permission, Role

COLUMNS = (Role.CADRE, Role.LEADER, Role.ADMIN, Role.AUDITOR, Role.COUNTY)


@dataclass(frozen=True)
class Act:
    label: object
    words: tuple[object, object, object, object, object]
    permission: Permission | None
    """None for what nobody may do, and for what one's own person alone may see."""


_OWN, _UNIT, _NO = _l("本人"), _l("本单位"), ""

MATRIX = (
    Act(_l("答题、练习"), (_OWN, _OWN, _OWN, _OWN, _OWN), Permission.SIT_PAPERS),
    Act(_l("看自己的记录、导出"), (_OWN, _OWN, _OWN, _OWN, _OWN), Permission.SEE_OWN_RECORD),
    Act(_l("看参与率、合格率"), (_NO, _UNIT, _UNIT, _UNIT, _l("各乡镇")), Permission.SEE_FIGURES),
    Act(_l("看人员名单，谁没有参加"), (_NO, _UNIT, _UNIT, _NO, _NO), Permission.SEE_PEOPLE),
    Act(_l("看一个人的分数"), (_OWN, _UNIT, _UNIT, _NO, _NO), Permission.SEE_SCORES),
    Act(_l("出题、导题库"), (_NO, _NO, _UNIT, _NO, _NO), Permission.KEEP_BANK),
    Act(_l("发布测评，登记学习"), (_NO, _NO, _UNIT, _NO, _NO), Permission.SET_PAPERS),
    Act(_l("改答案、作废题目"), (_NO, _NO, _UNIT, _NO, _NO), Permission.KEEP_BANK),
    Act(_l("免考、补录、改点名"), (_NO, _NO, _UNIT, _NO, _NO), Permission.SET_PAPERS),
    Act(_l("加人、调动、重设密码"), (_NO, _NO, _UNIT, _NO, _NO), Permission.KEEP_PEOPLE),
    Act(_l("改设置"), (_NO, _NO, _UNIT, _NO, _NO), Permission.KEEP_SETTINGS),
    Act(_l("给别人角色"), (_NO, _NO, _l("不高于自己"), _NO, _l("乡镇管理员")), Permission.GRANT_ROLES),
    Act(_l("看审计日志、导出"), (_NO, _NO, _NO, _l("全部"), _NO), Permission.READ_AUDIT),
    Act(_l("改审计日志"), (_NO, _NO, _NO, _NO, _NO), None),
)
