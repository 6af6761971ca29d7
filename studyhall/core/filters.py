"""How a moment, a day, a share and a score are written on a page."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from flask import Flask
from flask_babel import gettext as _

from studyhall.core import clock, figures
from studyhall.core.periods import Month

_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


def day(value: date | datetime) -> str:
    """11月20日, with the year when it is not this one."""
    on = clock.day_of(value) if isinstance(value, datetime) else value
    if on.year == clock.today().year:
        return _("%(month)d月%(day)d日", month=on.month, day=on.day)
    return _("%(year)d年%(month)d月%(day)d日", year=on.year, month=on.month, day=on.day)


def hour(value: datetime) -> str:
    return clock.local(value).strftime("%H:%M")


def moment(value: datetime) -> str:
    """11月20日18:00."""
    return day(value) + hour(value)


def weekday(value: date | datetime) -> str:
    on = clock.day_of(value) if isinstance(value, datetime) else value
    return _(_WEEKDAYS[on.weekday()])


def month(value: Month) -> str:
    return _("%(year)d年%(month)d月", year=value.year, month=value.number)


def points(value: int | None) -> str:
    """Hundredths as points, without needless zeros: 400 → 4, 250 → 2.5."""
    if value is None:
        return "—"
    whole, rest = divmod(value, 100)
    return f"{whole}" if rest == 0 else f"{whole}.{rest:02d}".rstrip("0")


def share(numerator: int, denominator: int) -> str:
    return figures.percent(figures.share(numerator, denominator))


def bar_width(value: Fraction | None) -> str:
    """The width of a bar on a ground of 100."""
    return f"{float(value or 0) * 100:.1f}"


def days_left(until: datetime) -> str:
    """还有5天, 还有3小时, 还有20分钟; what is over is said elsewhere."""
    minutes = int((until - clock.now()).total_seconds() // 60)
    if minutes >= 24 * 60:
        return _("还有%(count)d天", count=minutes // (24 * 60))
    if minutes >= 60:
        return _("还有%(count)d小时", count=minutes // 60)
    return _("还有%(count)d分钟", count=max(minutes, 1))


def minutes_and_seconds(seconds: int) -> str:
    """22分18秒."""
    return _("%(minutes)d分%(seconds)d秒", minutes=seconds // 60, seconds=seconds % 60)


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        day=day,
        hour=hour,
        moment=moment,
        weekday=weekday,
        month=month,
        points=points,
        percent=figures.percent,
        bar_width=bar_width,
        days_left=days_left,
        minutes_and_seconds=minutes_and_seconds,
    )
    app.jinja_env.globals.update(share=share, marks_text=figures.marks_text)
