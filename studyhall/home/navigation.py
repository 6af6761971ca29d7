"""What stands in the bars of each role. It shows what exists, nothing more.

Somebody with several roles gets the navigation of the widest one; there is no role switch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import current_app, request

from studyhall.core.access import Actor, Permission, Role, declared_permission
from studyhall.core.current import actor_or_none
from studyhall.core.db import db
from studyhall.core.sayings import later
from studyhall.core.words import address
from studyhall.core.words import say as _
from studyhall.home import queries


@dataclass(frozen=True)
class Item:
    label: str
    url: str
    icon: str
    current: bool
    count: int = 0


@dataclass(frozen=True)
class Navigation:
    frame: str
    """phone or desk."""
    unit_path: str = ""
    signed_in: bool = False
    name: str = ""
    role: str = ""
    items: list[Item] = field(default_factory=list)
    below: list[Item] = field(default_factory=list)
    leaves_elsewhere: bool = False
    """On a phone 退出 stands on another page, 我的, out of the thumb's way."""

    @property
    def site(self) -> str:
        """The office's name under the product's; asked for only where a frame is drawn."""
        return queries.office_name(db.session, self.unit_path) if self.unit_path else ""


_ROLES = {
    Role.ADMIN: later("管理员"),
    Role.LEADER: later("领导"),
    Role.COUNTY: later("县级"),
    Role.AUDITOR: later("审计"),
    Role.CADRE: later("干部"),
}

# endpoint, label, icon, the endpoints' prefixes that count as being there
_Entry = tuple[str, Any, str, tuple[str, ...]]

_CADRE: tuple[_Entry, ...] = (
    ("home.index", later("首页"), "home", ("home.index", "quizzes.")),
    ("library.index", later("法律"), "book", ("library.",)),
    ("practice.index", later("练习"), "pencil", ("practice.",)),
    ("home.me", later("我的"), "person", ("home.me", "home.correction", "study.", "auth.password")),
)
_LEADER: tuple[_Entry, ...] = (
    ("home.index", later("情况"), "home", ("home.index",)),
    ("reports.index", later("报表"), "bars", ("reports.",)),
    ("people.index", later("人员"), "people", ("people.",)),
    ("library.index", later("法律"), "book", ("library.",)),
    (
        "home.study",
        later("我的学习"),
        "person",
        ("home.study", "home.me", "home.correction", "study.mine", "quizzes.", "practice.", "auth.password"),
    ),
)
_ADMIN: tuple[_Entry, ...] = (
    ("home.index", later("首页"), "home", ("home.index",)),
    ("quizzes.index", later("测评"), "paper",
     ("quizzes.index", "quizzes.new", "quizzes.edit", "quizzes.show", "quizzes.publish", "quizzes.withdraw",
      "quizzes.live_page", "quizzes.roster", "quizzes.add_late", "quizzes.extend", "quizzes.questions",
      "quizzes.ruling", "quizzes.set_make_up", "quizzes.bring_in", "quizzes.key_in", "quizzes.sample",
      "quizzes.notice", "quizzes.scores", "quizzes.year")),
    ("bank.index", later("题库"), "stack", ("bank.", "faults.", "imports.")),
    ("study.index", later("学习活动"), "calendar", ("study.",)),
    ("library.index", later("法律"), "book", ("library.",)),
    ("people.index", later("人员"), "people", ("people.",)),
    ("reports.index", later("报表"), "bars", ("reports.",)),
    ("admin.received", later("意见反馈"), "message", ("admin.received",)),
)  # fmt: skip
_AUDITOR: tuple[_Entry, ...] = (
    ("admin.audit_list", later("审计日志"), "ledger", ("admin.audit_list", "home.index")),
    ("reports.index", later("报表"), "bars", ("reports.",)),
)
_COUNTY: tuple[_Entry, ...] = (
    *(entry for entry in _LEADER if entry[0] != "people.index"),
    ("people.roles_page", later("谁能做什么"), "people", ("people.",)),
)
_BELOW: tuple[_Entry, ...] = (
    (
        "home.study",
        later("我的学习"),
        "pencil",
        ("home.study", "home.me", "home.correction", "practice.", "auth.password"),
    ),
    ("admin.settings_page", later("设置"), "gear", ("admin.settings_page",)),
)


def widest_role(actor: Actor) -> Role:
    return next((role for role in _ROLES if actor.has_role(role)), Role.CADRE)


def navigation(actor: Actor | None) -> Navigation:
    if actor is None:
        return Navigation("phone")
    role = widest_role(actor)
    desk = role in (Role.ADMIN, Role.AUDITOR)
    entries = {Role.ADMIN: _ADMIN, Role.AUDITOR: _AUDITOR, Role.LEADER: _LEADER, Role.COUNTY: _COUNTY}.get(
        role, _CADRE
    )
    below = list(_items(_BELOW, actor)) if desk else []
    if desk and actor.can(Permission.READ_AUDIT) and role is not Role.AUDITOR:
        below.insert(0, *_items((_AUDITOR[0],), actor))
    return Navigation(
        frame="desk" if desk else "phone",
        unit_path=actor.unit_path,
        signed_in=True,
        name=actor.name,
        role=_(_ROLES[role]),
        items=list(_items(entries, actor)),
        below=below,
        leaves_elsewhere=entries is _CADRE
        and request.endpoint != "home.me"
        and not actor.must_change_password,
    )


def _may_open(endpoint: str, actor: Actor) -> bool:
    permission = declared_permission(current_app.view_functions[endpoint])
    return permission is None or actor.can(permission)


def _items(entries: tuple[_Entry, ...], actor: Actor) -> list[Item]:
    here = request.endpoint or ""
    return [
        Item(_(label), address(endpoint), icon, here.startswith(prefixes))
        for endpoint, label, icon, prefixes in entries
        # The bars show what this version has: a domain without pages has no place in them.
        if endpoint in current_app.view_functions and _may_open(endpoint, actor)
    ]


def context() -> dict[str, Any]:
    """For every template: the bars, where one is, and how large type is."""
    try:
        actor = actor_or_none()
    except Exception:
        # An error page must come out even when the database is away.
        actor = None
    size = actor.type_size if actor else request.cookies.get("type", "normal")
    back = request.full_path.rstrip("?") if request.method == "GET" else address("home.index")
    return {"nav": navigation(actor), "large_type": size == "large", "here": back, "app_title": _("学法堂")}
