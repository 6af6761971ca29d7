"""The empty roster sheet one fills in: heads that the reader knows, nothing about identity numbers."""

from __future__ import annotations

from typing import IO

from flask_babel import gettext as _

from studyhall.core import tables
from studyhall.people.sheets import LABELS


def empty_roster() -> IO[bytes]:
    widths = {"name": 16, "unit": 24, "duty": 18, "phone": 16, "staff_no": 14, "category": 14, "since": 14}
    columns = [tables.Column(LABELS[key], width=width) for key, width in widths.items()]
    notes = [
        _(
            "说明：姓名、单位必填。没有工号的，系统会给。类别写班子成员、机关干部、站所人员、村干部、工勤人员。"
        ),
        _("说明：请不要填身份证号；填了也不会读进来。"),
    ]
    sheet = tables.Sheet(_("干部名册"), _("干部名册"), columns, [["", *[""] * 6]] * 20, notes=notes)
    return tables.workbook([sheet])
