"""Passwords: hashed with Argon2, chosen by length, never one that everybody tries first."""

from __future__ import annotations

import secrets
import unicodedata
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 8
LONGEST = 128

# 19 MiB, two passes: the library's own choice takes 15 s for a hundred logins on two cores, this 1.3 s.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_DUMMY = _hasher.hash(secrets.token_hex(16))

_COMMON = """
12345678 123456789 1234567890 87654321 11111111 00000000 88888888 66666666 12341234 11223344
password password1 passw0rd qwertyui qwerty123 1qaz2wsx asdfghjk iloveyou abc12345 abcd1234
a1234567 a12345678 aa123456 aaa111111 woaini1314 woaini520 5201314520 147258369 123123123
123321123 112233445566 xuefatang studyhall
""".split()
_SLIP_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def hashed(password: str) -> str:
    return _hasher.hash(_folded(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Takes as long for somebody who does not exist, so that numbers cannot be tried out."""
    try:
        _hasher.verify(password_hash or _DUMMY, _folded(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def weakness(password: str, *, staff_no: str, name: str) -> str | None:
    """What is wrong with a new password, in words; None when nothing is."""
    plain = _folded(password).casefold()
    if len(plain) < SHORTEST:
        return f"至少{SHORTEST}位，现在只有{len(plain)}位。"
    if len(plain) > LONGEST:
        return f"最多{LONGEST}位。"
    if plain in _COMMON or len(set(plain)) <= 2:
        return "这个密码太常见，别人一猜就中，请换一个。"
    if staff_no.casefold() in plain or name in password:
        return "密码里不要有工号和姓名。"
    if plain.isdigit() and _is_run(plain):
        return "不要用连着的数字。"
    return None


def _is_run(digits: str) -> bool:
    steps = {int(b) - int(a) for a, b in pairwise(digits)}
    return steps in ({1}, {-1})


def slip_password() -> str:
    """A first password to print: twelve letters that are not mistaken for each other, in threes of four."""
    letters = "".join(secrets.choice(_SLIP_LETTERS) for _ in range(12))
    return "-".join(letters[i : i + 4] for i in range(0, 12, 4))


def _folded(password: str) -> str:
    # Full-width letters come from a phone's Chinese keyboard and mean the same.
    return unicodedata.normalize("NFKC", password)[:LONGEST]
