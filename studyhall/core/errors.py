"""What can be refused, and in whose words.

A rule that says no raises one of these; the page handler (`studyhall.web`) and the command line each turn
them into words once for all. The message is Chinese and is shown as it is: what happened, what to do now.
"""

from __future__ import annotations


class Refused(Exception):
    """A rule says no. Nothing was changed."""

    status = 409
    title = "没有做成"

    def __init__(self, message: str, *, title: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if title:
            self.title = title


class Missing(Refused):
    """No such row, or not one that this person may see: the two look alike on purpose."""

    status = 404
    title = "没有找到这一页"

    def __init__(self, message: str = "网址可能抄漏了字，或者那条记录不归您看。") -> None:
        super().__init__(message)


class Gone(Refused):
    """It was there for this person and was taken back: said so, not hidden."""

    status = 410
    title = "这一页收回了"


class Forbidden(Refused):
    """The page is for another role."""

    status = 403
    title = "这个页面您看不了"


class Busy(Refused):
    """Waited too long for the database; trying again is right."""

    status = 503
    title = "现在人多，没有轮到"

    def __init__(self, message: str = "这一步没有做，数据没有变。请过几秒再试一次。") -> None:
        super().__init__(message)


class Full(Busy):
    """Nothing more can be written: the disk is full, or does not take what it is given."""

    status = 507
    title = "服务器的磁盘满了"

    def __init__(self) -> None:
        super().__init__("这一步没有做，原来的数据都在。请告诉管服务器的人，腾出地方以后再试一次。")


class Unsure(Busy):
    """The line to the database was lost after it was told to keep the changes, and before it said that it had."""

    title = "不知道有没有做成"

    def __init__(self) -> None:
        super().__init__("和数据库的连接断了，这一步可能已经做成。请看一看，没有做成再做一次，不会算两遍。")
