"""The text an admin or a leader pastes into a work group: counts by default, names by choice."""

from __future__ import annotations

from flask_babel import gettext as _

from studyhall.core.filters import moment
from studyhall.reports.contests_below import ContestsBelow
from studyhall.reports.month import AssessmentMonth

UNITS_NAMED = 12


def reminder_text(one: AssessmentMonth, address: str, *, names: bool = False) -> str:
    """【学法提醒】… how many are missing, by unit, and where to go. Nobody missing gives a closing word.

    A part of an address, while the office has not set its own, is left out: it leads nowhere from a chat group.
    """
    title = one.short_title
    if not one.missing:
        return _("【学法提醒】%(title)s应参加的%(due)d人全部参加。", title=title, due=one.total.due)
    groups = one.missing_by_unit
    if names:
        parts = [f"{group.row.name}（{'、'.join(one.name for one in group.people)}）" for group in groups]
    else:
        parts = [_("%(unit)s%(count)d人", unit=group.row.name, count=len(group.people)) for group in groups]
    told = "、".join(parts[:UNITS_NAMED])
    rest = len(parts) - UNITS_NAMED
    if rest > 0:
        told += _("，另有%(rest)d个单位", rest=rest)
    if one.is_open:
        return _(
            "【学法提醒】%(title)s%(until)s截止，还差%(count)d人：%(told)s。%(address)s",
            title=title, until=moment(one.assessment.closes_at), count=len(one.missing), told=told,
            address=address if "://" in address else "",
        )  # fmt: skip
    return _(
        "【学法提醒】%(title)s已经截止，没有参加的%(count)d人：%(told)s。",
        title=title, count=len(one.missing), told=told,
    )  # fmt: skip


def reminder_below(below: ContestsBelow) -> str:
    """For those who answer for townships: how many each is short of, and which has no contest at all."""
    short = below.short_of
    told = "、".join(
        _("%(unit)s%(count)d人", unit=one.row.name, count=one.counts.missing) for one in short[:UNITS_NAMED]
    )
    if len(short) > UNITS_NAMED:
        told += _("，另有%(rest)d个单位", rest=len(short) - UNITS_NAMED)
    said = (
        _("【学法提醒】%(month)d月月月赛，还差%(count)d人：%(told)s。",
          month=below.month.number, count=below.total.missing, told=told)
        if short
        else _("【学法提醒】%(month)d月月月赛，应参加的%(due)d人全部参加。",
               month=below.month.number, due=below.total.due)
    )  # fmt: skip
    if below.without:
        said += _("还没有办的：%(units)s。", units="、".join(below.without[:UNITS_NAMED]))
    return said
