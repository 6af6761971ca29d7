"""Staff numbers: unique on the whole site, folded to upper case, given by the product where there are none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.core.errors import Refused
from studyhall.people.models import Person, Unit

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,19}")
_PHONE = re.compile(r"\+?[0-9]{3,20}")


def folded(staff_no: str) -> str:
    """One spelling: upper case, half width, no blanks; a sheet's 1001.0 is 1001."""
    plain = unicodedata.normalize("NFKC", staff_no).upper()
    plain = re.sub(r"\s+", "", plain)
    return re.sub(r"^(\d+)\.0$", r"\1", plain)


def checked(staff_no: str) -> str:
    """Raises Refused for what cannot be a staff number."""
    plain = folded(staff_no)
    if not _NUMBER.fullmatch(plain):
        raise Refused("工号只能用字母、数字和短横，最多20位。")
    return plain


def checked_phone(phone: str) -> str | None:
    """Digits only, of several the first; None for an empty one. Raises Refused for what is no number."""
    plain = re.split(r"[/、,;|]", unicodedata.normalize("NFKC", phone))[0]
    plain = re.sub(r"[\s()-]+", "", plain)
    plain = re.sub(r"^(\d+)\.0$", r"\1", plain)
    if not plain:
        return None
    if not _PHONE.fullmatch(plain):
        raise Refused("电话只能写数字，3到20位。")
    return plain


class Serials:
    """Gives the next free number of a unit, `XQ0004`: unit code and a serial of four digits."""

    def __init__(self, session: Session, reserved: Collection[str] = ()) -> None:
        """`reserved`: numbers that are about to be taken, such as those a sheet brings."""
        self._session = session
        self._taken: dict[str, set[str]] = {}
        self._last: dict[str, int] = {}
        self._reserved = {folded(number) for number in reserved}

    def next(self, unit_code: str) -> str:
        prefix = unit_code.upper()[:15]
        taken = self._taken.get(prefix)
        if taken is None:
            taken = self._taken[prefix] = {
                number.upper()
                for number in self._session.scalars(
                    sa.select(Person.staff_no).where(
                        sa.func.upper(Person.staff_no).startswith(prefix, autoescape=True)
                    )
                )
            }
            self._last[prefix] = max(
                (int(n[len(prefix) :]) for n in taken if re.fullmatch(r"\d{4,5}", n[len(prefix) :])),
                default=0,
            )
        serial = self._last[prefix] + 1
        while (number := f"{prefix}{serial:04d}") in taken or number in self._reserved:
            serial += 1
        taken.add(number)
        self._last[prefix] = serial
        return number


def next_number(session: Session, unit: Unit) -> str:
    return Serials(session).next(unit.code)


def refuse_taken(session: Session, staff_no: str, but: int | None = None) -> None:
    """Raises Refused when somebody on this site, visible or not, has this number."""
    holder = session.scalar(
        sa.select(Person.id).where(sa.func.upper(Person.staff_no) == staff_no, Person.id != (but or 0))
    )
    if holder is not None:
        raise Refused("工号%(staff_no)s已经有人用了。", staff_no=staff_no)
