"""The audit trail as a sheet."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from studyhall.admin import audit_words
from studyhall.core import clock
from studyhall.core.audit import AuditEvent
from studyhall.core.tables import Cell, Column, Sheet


def audit_sheet(events: Iterable[AuditEvent]) -> Sheet:
    return Sheet(
        _("审计日志"),
        _("审计日志"),
        [
            Column(_("编号"), Cell.WHOLE, 9),
            Column(_("时间"), width=20),
            Column(_("谁"), width=16),
            Column(_("做了什么"), width=24),
            Column(_("改的谁、什么"), width=30),
            Column(_("原来 → 后来"), width=60),
        ],
        (
            (
                event.id,
                clock.local(event.at).strftime("%Y-%m-%d %H:%M:%S"),
                event.actor_name or _("系统"),
                audit_words.word(event.action),
                event.summary,
                "；".join(_words(change) for change in audit_words.changes(event)),
            )
            for event in events
        ),
    )


def _words(change: audit_words.Change) -> str:
    if change.before is None:
        return f"{change.label}：{change.after}"
    return f"{change.label}：{change.before} → {change.after if change.after is not None else _('空')}"
