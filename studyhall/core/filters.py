"""How a moment, a day, a share and a score are written on a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction

from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup, escape

from studyhall.core import clock, figures
from studyhall.core.periods import Month
from studyhall.core.sayings import later

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_OF_A_MONTH = re.compile(r"(\d{4}年)(\d{1,2}月)(\S{1,6})")
_BLANK = re.compile(r"_{2,}")

_WEEKDAYS = (
    later("星期一"), later("星期二"), later("星期三"), later("星期四"), later("星期五"), later("星期六"), later("星期日"),
)  # fmt: skip


def day(value: date | datetime) -> str:
    """11月20日, with the year when it is not this one."""
    on = clock.day_of(value) if isinstance(value, datetime) else value
    if on.year == clock.today().year:
        return _("%(month)d月%(day)d日", month=on.month, day=on.day)
    return _("%(year)d年%(month)d月%(day)d日", year=on.year, month=on.month, day=on.day)


def day_in_year(value: date) -> str:
    """11月20日, where the page says which year."""
    return _("%(month)d月%(day)d日", month=value.month, day=value.day)


def hour(value: datetime) -> str:
    return clock.local(value).strftime("%H:%M")


def moment(value: datetime) -> str:
    """11月20日18:00."""
    return day(value) + hour(value)


def whole_moment(value: datetime) -> str:
    """2026年11月20日18:00: on paper the year always stands there."""
    on = clock.day_of(value)
    return _("%(year)d年%(month)d月%(day)d日", year=on.year, month=on.month, day=on.day) + hour(value)


def weekday(value: date | datetime) -> str:
    on = clock.day_of(value) if isinstance(value, datetime) else value
    return _(_WEEKDAYS[on.weekday()])


def without_year(title: str) -> str:
    """2026年11月月月赛 → 11月月月赛, in 2026: a title in a sentence of that very year."""
    return title.removeprefix(_("%(year)d年", year=clock.today().year)) or title


def titled(title: str) -> Markup:
    """2026年11月月月赛 in large type breaks after its year or its month, never inside them."""
    found = _OF_A_MONTH.fullmatch(title)
    if not found:
        return escape(title)
    # Not by <wbr>: that takes away the gap between 汉字 and digits.
    return Markup("").join(Markup('<span class="nowrap">{}</span>').format(part) for part in found.groups())


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


def stressed(text: str) -> Markup:
    """The words of a question, escaped; `**不能**` stands out. Nothing else in them is markup."""
    parts = _BOLD.split(text)
    return Markup("").join(
        Markup("<strong>{}</strong>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def ruled(text: str, given: Sequence[str] = ()) -> Markup:
    """A stem whose `____` are ruled blanks, each with what was typed into it or its place (第2空)."""
    pieces = _BLANK.split(text)
    out = [stressed(pieces[0])]
    for place, piece in enumerate(pieces[1:], 1):
        typed = given[place - 1] if place <= len(given) else ""
        out += [_blank(place, typed), stressed(piece)]
    return Markup("").join(out)


def _blank(place: int, typed: str) -> Markup:
    name = _("第%(place)d空", place=place)
    if not typed:
        return Markup('<span class="blank" data-blank="{}"><small>{}</small></span>').format(place, name)
    return Markup(
        '<span class="blank done" data-blank="{}"><span class="visually-hidden">{}</span>{}</span>'
    ).format(place, _("%(name)s，已填", name=name), typed)


def last_day(first_day_after: date) -> date:
    """Spans are kept up to, not including, a day; people say the last one that belongs to it."""
    return first_day_after - timedelta(days=1)


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        day=day,
        hour=hour,
        moment=moment,
        whole_moment=whole_moment,
        weekday=weekday,
        local_day=clock.day_of,
        day_in_year=day_in_year,
        month=month,
        points=points,
        percent=figures.percent,
        tenths=figures.tenths,
        without_year=without_year,
        titled=titled,
        bar_width=bar_width,
        last_day=last_day,
        days_left=days_left,
        minutes_and_seconds=minutes_and_seconds,
        stressed=stressed,
        ruled=ruled,
    )
    app.jinja_env.globals.update(share=share, marks_text=figures.marks_text)
