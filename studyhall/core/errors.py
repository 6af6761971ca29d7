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
