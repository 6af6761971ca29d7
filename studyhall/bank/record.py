"""A question as plain values: what every reader gives, every check looks at and every writer takes."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from studyhall.core.sayings import later

KEYS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Answer = tuple[str, ...] | bool | tuple[tuple[str, ...], ...] | str | None
"""single, multiple: sorted keys · judge: true or false · fill: per blank what is accepted · short: words."""


class Kind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    JUDGE = "judge"
    FILL = "fill"
    SHORT = "short"
    CASE = "case"
    OTHER = "other"
    """What the five kinds cannot hold: matching, cloze with menus, calculated."""


KIND_NAMES = {
    Kind.SINGLE: later("单选题"),
    Kind.MULTIPLE: later("多选题"),
    Kind.JUDGE: later("判断题"),
    Kind.FILL: later("填空题"),
    Kind.SHORT: later("简答题"),
    Kind.CASE: later("案例题"),
    Kind.OTHER: later("其他题型"),
}


class State(StrEnum):
    READY = "ready"
    HELD = "held"
    DUPLICATE = "duplicate"


class Option(NamedTuple):
    key: str
    text: str


class Point(NamedTuple):
    """What earns marks in a short answer."""

    text: str
    worth: int


class Finding(NamedTuple):
    """`rule` is a stable word for programs, `message` a sentence for a clerk."""

    rule: str
    message: str
    holds: bool = True
    """False: worth a look, but the question may land."""


MARK = "studyhall:"
_CARRIED = re.compile(MARK.encode() + rb"([0-9a-f]{64})")


@dataclass(frozen=True)
class Picture:
    """Shown where the text says 〔name〕."""

    name: str
    media_type: str
    data: bytes

    @property
    def digest(self) -> str:
        """The same for the same picture; a photograph drawn anew carries that of the one it was made from."""
        carried = _CARRIED.search(self.data, 0, 1_000)
        return carried[1].decode() if carried else hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Place:
    """Where in a file; counted from 1, as the office program shows it."""

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    line: int | None = None
    paragraph: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value is not None}

    def __str__(self) -> str:
        words = [
            f"工作表“{self.sheet}”" if self.sheet else "",
            f"第 {self.row} 行" if self.row else "",
            f"第 {self.line} 行" if self.line else "",
            f"第 {self.paragraph} 段" if self.paragraph else "",
        ]
        return " ".join(word for word in words if word)


@dataclass(frozen=True)
class Fragment:
    """A piece of a file that is no question but was not understood either: kept, shown, never counted."""

    place: Place
    reason: str
    text: str


@dataclass(frozen=True)
class Record:
    kind: Kind
    stem: str
    options: tuple[Option, ...] = ()
    answer: Answer = None
    explanation: str = ""
    place: Place = Place()
    state: State = State.READY
    findings: tuple[Finding, ...] = ()
    note: str = ""
    """Said to the admin and holding nothing: 没有参考答案."""
    id: str = ""
    """The stable name the file gives it; readers of foreign files leave it empty."""
    law: str = ""
    """Short title of the law that bare citations mean."""
    edition: str = ""
    """ISO day; the edition of `law` that is cited."""
    cites: tuple[str, ...] = ()
    difficulty: int | None = None
    points: tuple[Point, ...] = ()
    parts: tuple[Record, ...] = ()
    """Of a case, in order."""
    pictures: tuple[Picture, ...] = ()
    topics: tuple[str, ...] = ()
    """Chapter, category, knowledge point: as the file names them."""
    number: int | None = None
    """The number printed before it."""
    standing: str = ""
    """How the bank it comes from uses it: in_use, draft, held, retired; empty where nobody says."""
    version: int = 0
    """The number of its version there."""
    source: str = ""
    """The words of the file it was made of, to show beside it."""
    rules: tuple[str, ...] = ()
    """Names of the reader's rules that matched."""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(option.key for option in self.options)

    @property
    def right_texts(self) -> tuple[str, ...]:
        """The words of the right options; empty where the answer is no set of keys."""
        if self.kind not in (Kind.SINGLE, Kind.MULTIPLE) or not isinstance(self.answer, tuple):
            return ()
        return tuple(option.text for option in self.options if option.key in self.answer)

    def held(self, rule: str, message: str) -> Record:
        """The same, kept back with one more reason."""
        return replace(self, state=State.HELD, findings=(*self.findings, Finding(rule, message)))

    def with_note(self, note: str) -> Record:
        return replace(self, note="；".join(filter(None, (self.note, note))))

    @property
    def reason(self) -> str:
        """Why it is held, in one line."""
        return "；".join(finding.message.rstrip("。") for finding in self.findings if finding.holds)

    def to_json(self) -> dict[str, Any]:
        """The record of CONTRACTS.md, and nothing else."""
        document: dict[str, Any] = {
            "kind": self.kind.value,
            "stem": self.stem,
            "options": [{"key": option.key, "text": option.text} for option in self.options],
            "answer": _plain(self.answer),
            "explanation": self.explanation,
            "place": self.place.to_json(),
            "state": self.state.value,
        }
        if self.kind is Kind.CASE:
            document["questions"] = [part.to_json() for part in self.parts]
        return document

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON can carry it; `from_dict` makes the same record again."""
        whole = self.to_json()
        whole |= {
            "findings": [[f.rule, f.message, f.holds] for f in self.findings],
            "points": [[point.text, point.worth] for point in self.points],
            "questions": [part.to_dict() for part in self.parts],
            "pictures": [
                [p.name, p.media_type, base64.b64encode(p.data).decode("ascii")] for p in self.pictures
            ],
            "cites": list(self.cites),
            "topics": list(self.topics),
            "rules": list(self.rules),
        }
        whole |= {
            name: getattr(self, name)
            for name in ("note", "id", "law", "edition", "difficulty", "number", "source", *_LATER)
        }
        return whole

    def to_row(self) -> dict[str, Any]:
        """As `to_dict` without what is empty, options as pairs: what thousands of rows are kept as."""
        whole: dict[str, Any] = {name: value for name, value in vars(self).items() if value}
        whole |= {"stem": self.stem, "place": self.place.to_json()}
        if self.answer is False:
            whole["answer"] = False
        if self.parts:
            whole["questions"] = [part.to_row() for part in whole.pop("parts")]
        if self.pictures:
            whole["pictures"] = [
                (p.name, p.media_type, base64.b64encode(p.data).decode("ascii")) for p in self.pictures
            ]
        return whole

    @classmethod
    def from_dict(cls, whole: Mapping[str, Any]) -> Record:
        """Of `to_dict` or `to_row`. Raises KeyError, TypeError or ValueError for anything else."""
        kind, get = Kind(whole["kind"]), whole.get
        return cls(
            kind=kind,
            stem=whole["stem"],
            options=tuple(
                Option(option["key"], option["text"]) if isinstance(option, dict) else Option(*option)
                for option in get("options", ())
            ),
            answer=answer_from_json(kind, get("answer")),
            place=Place(**whole["place"]),
            state=State(whole["state"]),
            findings=tuple(Finding(*finding) for finding in get("findings", ())),
            cites=tuple(get("cites", ())),
            difficulty=get("difficulty"),
            points=tuple(Point(*point) for point in get("points", ())),
            parts=tuple(cls.from_dict(part) for part in get("questions", ())),
            pictures=tuple(Picture(n, m, base64.b64decode(d)) for n, m, d in get("pictures", ())),
            topics=tuple(get("topics", ())),
            number=get("number"),
            rules=tuple(get("rules", ())),
            **{name: whole[name] for name in _WORDS if name in whole},
        )


_LATER = ("standing", "version")
"""Fields that documents of the first days do not have."""
_WORDS = ("explanation", "note", "id", "law", "edition", "source", *_LATER)


def answer_from_json(kind: Kind, value: Any) -> Answer:
    """What JSON made lists of, as the tuples a record keeps."""
    if isinstance(value, list):
        if kind is Kind.FILL:
            return tuple(tuple(blank) for blank in value)
        return tuple(value)
    if value is None or isinstance(value, bool | str):
        return value
    raise TypeError(f"不是答案：{value!r}")


def lettered(texts: Sequence[str]) -> tuple[Option, ...]:
    """Options A, B, C … in the order given."""
    return tuple(Option(key, text) for key, text in zip(KEYS, texts, strict=False))


_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_DROPPED = re.compile(r"[\s，。、；：？！“”‘’（）()【】\[\]《》〈〉「」…—_\-.,;:?!\"'·•]+")


@lru_cache(maxsize=8192)
def normalised(text: str) -> str:
    """One form for comparing: full and half width alike, no blanks, no punctuation, small letters.

    Figures and the signs of sums stay (3 is not 5, C is not C++). A text of nothing but punctuation stays
    as it is: an option may be a comma. A point inside a number stays too.
    """
    bare = _DROPPED.sub("", text)
    if bare and "." not in text and unicodedata.is_normalized("NFKC", bare):
        return bare.casefold()  # most: what was dropped takes no part in the form of the rest
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = _POINT.sub("\u00b1", folded) if "." in folded else folded
    return _DROPPED.sub("", kept) or folded.strip()


def question_hash(record: Record) -> str:
    """Alike for the same stem, options in any order, and pictures; a case: with the same parts."""
    asked = [normalised(record.stem), *sorted(normalised(option.text) for option in record.options)]
    asked += sorted(picture.digest for picture in record.pictures)
    asked += [question_hash(part) for part in record.parts]
    return _digest(asked)


def content_hash(record: Record) -> str:
    """Alike for the same question with the same key; order, explanation, place and id do not matter."""
    return _digest([record.kind.value, question_hash(record), *_right(record)])


def _right(record: Record) -> list[str]:
    answer = record.answer
    if record.right_texts:
        return sorted(normalised(text) for text in record.right_texts)
    if isinstance(answer, tuple):
        return [
            "|".join(sorted(map(normalised, part))) if isinstance(part, tuple) else part for part in answer
        ]
    if isinstance(answer, str):
        return [normalised(answer)]
    return [str(answer), *(word for part in record.parts for word in (content_hash(part),))]


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return [_plain(part) for part in value] if isinstance(value, tuple) else value
