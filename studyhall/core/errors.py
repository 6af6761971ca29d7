"""What can be refused, and in whose words.

A rule that says no raises one of these; the page handler (`studyhall.site`) and the command line each turn
them into words once for all: what happened, what to do now.
"""

from __future__ import annotations

from typing import Any

from studyhall.core.sayings import Saying, later


class Refused(Saying, Exception):
    """A rule says no. Nothing was changed. A page says it in its own language, `str()` in Chinese."""

    status = 409
    title = later("没有做成")

    def __init__(self, source: str, /, *, title: str | None = None, **values: Any) -> None:
        super().__init__(source, **values)
        if title:
            self.title = title


class Missing(Refused):
    """No such row, or not one that this person may see: the two look alike on purpose."""

    status = 404
    title = later("没有找到这一页")

    def __init__(
        self, source: str = later("网址可能抄漏了字，或者那条记录不归您看。"), /, **values: Any
    ) -> None:
        super().__init__(source, **values)


class Gone(Refused):
    """It was there for this person and was taken back: said so, not hidden."""

    status = 410
    title = later("这一页收回了")


class Forbidden(Refused):
    """The page is for another role."""

    status = 403
    title = later("这个页面您看不了")


class Busy(Refused):
    """Waited too long for the database; trying again is right."""

    status = 503
    title = later("现在人多，没有轮到")

    def __init__(
        self, source: str = later("这一步没有做，数据没有变。请过几秒再试一次。"), /, **values: Any
    ) -> None:
        super().__init__(source, **values)


class Full(Busy):
    """Nothing more can be written: the disk is full, or does not take what it is given."""

    status = 507
    title = later("服务器的磁盘满了")

    def __init__(self) -> None:
        super().__init__(later("这一步没有做，原来的数据都在。请告诉管服务器的人，腾出地方以后再试一次。"))


class Unsure(Busy):
    """The line to the database was lost after it was told to keep the changes, and before it said that it had."""

    title = later("不知道有没有做成")

    def __init__(self) -> None:
        super().__init__(
            later("和数据库的连接断了，这一步可能已经做成。请看一看，没有做成再做一次，不会算两遍。")
        )
