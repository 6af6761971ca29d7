"""Files spoilt on purpose: bytes flipped, cut, doubled, nested; members of archives too, so that they still open."""

from __future__ import annotations

import io
import random
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence

from studyhall.bank.formats import package
from studyhall.bank.formats.writing import FORMATS
from studyhall.bank.record import Kind, Option, Point, Record
from tests.factories import a_picture

_OPTIONS = (Option("A", "镇政府"), Option("B", "村委会 <b>"), Option("C", "邻村{}"))
BANK = [
    Record(Kind.SINGLE, "谁先报告？", _OPTIONS, ("B",), "先报告。", id="q-1", law="民法典", cites=("第十条",), difficulty=2),
    Record(Kind.MULTIPLE, "看〔图1〕，谁可以？", _OPTIONS, ("A", "C"), id="q-2", pictures=(a_picture(),)),
    Record(Kind.JUDGE, "可以口头答复。", answer=False, explanation="要书面。", id="q-3"),
    Record(Kind.FILL, "应当在____日内____答复。", answer=(("60", "六十"), ("书面",)), id="q-4"),
    Record(Kind.SHORT, "怎么办？", answer="先报告。\n再登记。", id="q-5", points=(Point("报告", 2),)),
    Record(
        Kind.CASE, "老王和老李争地。", id="c-1",
        parts=(
            Record(Kind.JUDGE, "可以打架。", answer=False, id="c-1-1"),
            Record(Kind.SINGLE, "找谁？", _OPTIONS, ("C",), "找邻村。", id="c-1-2"),
        ),
    ),
]  # fmt: skip
_SIGNS = (
    *(b"{", b"}", b"=", b"~", b"#", b"\\", b"->", b"%", b"[", b"]", b"<", b">", b"&", b"&#0;", b"<![CDATA[", b"]]>"),
    *(b'"', b"'", b"\0", b"\n\n", b"\r", b"\xff\xfe", b"\xef\xbb\xbf", "一、".encode(), "答案：".encode(), b"1e999", b"-1"),
    *(b"NaN", b"null", b"true", b"99999999999999999999", b"\xf0\x9f\x98\x80", b"../../escape", b"____", b"[[[[", b"\t\t\t"),
)  # fmt: skip
SECRET = "secret-of-the-machine"


def samples() -> dict[str, bytes]:
    """One of each format, as our own writers make it."""
    found = {f"题库{name}{one.ending}": one.write(BANK) for name, one in FORMATS.items()}
    return found | {"题库包.zip": package.write(BANK, package.About("题库", "清水镇", "2026-05-01"))}


def mutated(dice: random.Random, data: bytes, others: Sequence[bytes], secret: str = "/etc/passwd") -> bytes:
    """One to three changes; an archive is as often changed inside as outside. `secret`: a file to be stolen."""
    for _round in range(dice.randint(1, 3)):
        inside = data.startswith(b"PK\x03\x04") and dice.random() < 0.7
        data = _inside(dice, data, others, secret) if inside else _changed(dice, data, others, secret)
    return data[: 4 * 1024 * 1024]


def _inside(dice: random.Random, data: bytes, others: Sequence[bytes], secret: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError, zlib.error):
        return _changed(dice, data, others, secret)
    if not members:
        return data
    at = dice.randrange(len(members))
    name, inner = members[at]
    what = dice.random()
    if what < 0.7:
        members[at] = (name, _changed(dice, inner, others, secret))
    elif what < 0.78:
        del members[at]
    elif what < 0.86:
        members.append(
            (dice.choice(["../escape.txt", "/escape.txt", "C:\\escape.txt", name, "a/" + name]), inner)
        )
    elif what < 0.94:
        members.append((f"{dice.randrange(99)}.zip", data))
    else:
        members[at] = (name, dice.choice(others))
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # one name twice is meant
        for name, inner in members:
            archive.writestr(zipfile.ZipInfo(name), inner, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _changed(dice: random.Random, data: bytes, others: Sequence[bytes], secret: str) -> bytes:
    if not data:
        return dice.choice(_SIGNS)
    change = dice.choice(_CHANGES)
    return change(dice, data) if change is not _entity else _entity(dice, data, secret, others)


def _flipped(dice: random.Random, data: bytes) -> bytes:
    found = bytearray(data)
    for _bit in range(dice.choice([1, 2, 8, 40])):
        found[dice.randrange(len(found))] ^= 1 << dice.randrange(8)
    return bytes(found)


def _cut(dice: random.Random, data: bytes) -> bytes:
    start, end = sorted((dice.randrange(len(data)), dice.randrange(len(data))))
    return dice.choice([data[:end], data[start:], data[:start] + data[end:]])


def _doubled(dice: random.Random, data: bytes) -> bytes:
    start, end = sorted((dice.randrange(len(data)), dice.randrange(len(data))))
    return data[:end] + data[start:end] * dice.choice([1, 2, 20]) + data[end:]


def _nested(dice: random.Random, data: bytes) -> bytes:
    """Brackets, elements, lists: a few, many, far too many."""
    opens, closes = dice.choice(
        [(b"[", b"]"), (b"{", b"}"), (b'{"a":', b"}"), (b"<p>", b"</p>"), (b"<a>", b"</a>"), (b"<b><i>", b"</i></b>"), (b"(", b")")]
    )  # fmt: skip
    deep = dice.choice([3, 100, 3_000, 100_000])
    at = dice.choice([0, dice.randrange(len(data))])
    closed = closes * deep if dice.random() < 0.7 else b""
    return data[:at] + opens * deep + data[at:] + closed


def _signed(dice: random.Random, data: bytes) -> bytes:
    """A sign of some format at a place where words stand."""
    at = dice.randrange(len(data))
    return data[:at] + dice.choice(_SIGNS) * dice.choice([1, 1, 3, 500]) + data[at:]


def _replaced(dice: random.Random, data: bytes) -> bytes:
    """One of its own words becomes another of them, or a sign."""
    words = list(re.finditer(rb"[\w\-]+", data))
    if len(words) < 2:
        return _flipped(dice, data)
    one, other = dice.sample(words, 2)
    return data[: one.start()] + dice.choice([other[0], dice.choice(_SIGNS), b""]) + data[one.end() :]


def _shuffled(dice: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    dice.shuffle(lines)
    return b"\n".join(lines)


def _entity(dice: random.Random, data: bytes, secret: str, others: Sequence[bytes]) -> bytes:
    """A document type that reads a file, asks the network or grows without end; or two files in one."""
    if b"<" not in data[:200]:
        return data + dice.choice(others)
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    kind = dice.choice(
        [f'<!ENTITY x SYSTEM "file://{secret}">', '<!ENTITY x SYSTEM "http://127.0.0.1:9/x">',
         f'<!ENTITY l0 "ha">{laughs}<!ENTITY x "&l9;">', f'<!ENTITY % p SYSTEM "file://{secret}">%p;']
    )  # fmt: skip
    head = re.match(rb"\s*<\?xml[^>]*\?>", data)
    at = head.end() if head else 0
    rest = data[at:]
    inner = [match.start() + 1 for match in re.finditer(rb">[^<]", rest)]
    if inner:
        place = dice.choice(inner)
        rest = rest[:place] + b"&x;" + rest[place:]
    return data[:at] + f"<!DOCTYPE any [{kind}]>".encode() + rest


_CHANGES: tuple[Callable[..., bytes], ...] = (
    *(
        _flipped,
        _flipped,
        _cut,
        _doubled,
        _nested,
        _signed,
        _signed,
        _replaced,
        _replaced,
        _shuffled,
        _entity,
    ),
)
