"""What forms share: local date-times, whole numbers from forgiving input."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField, IntegerField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from studyhall.core import clock


class LocalMomentField(DateTimeLocalField):  # type: ignore[misc]
    """A moment typed in local time; `moment` is the aware UTC one."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options)

    @property
    def moment(self) -> datetime:
        day: datetime = self.data
        return clock.at_local(day.date(), day.hour, day.minute)


class WholeNumberField(IntegerField):  # type: ignore[misc]
    """Takes ２０ and blanks as 20; says 请填一个整数 for anything else."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        text = unicodedata.normalize("NFKC", valuelist[0]).strip()
        self.data: Any = None
        try:
            self.data = int(text)
        except ValueError:
            raise ValueError(_l("请填一个整数。")) from None


def choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    """The choices of a select out of codes and their labels."""
    return [
        SelectChoice(str(code), _l(label) if isinstance(label, str) else label)
        for code, label in labels.items()
    ]


def between(low: int, high: int, message: Any) -> Any:
    """A validator: a number within these bounds, both included."""

    def check(_form: Any, field: Any) -> None:
        if field.data is None or not low <= field.data <= high:
            raise ValidationError(message)

    return check
