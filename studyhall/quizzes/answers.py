"""The kinds of question: what an answer looks like, whether one was given, what it earns.

One small class a kind, looked up by name. Plain values in, plain values out. An answer is kept as one
string in the bank's own letters: `B`, `ABD`, `true`, a JSON list of strings for fill, the text for short.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any, Protocol

from studyhall.core.sayings import later

MOST_BLANKS = 40
"""No fill has as many; a form that sends more is forged."""


class BadAnswer(ValueError):
    """What came in is no possible answer to this question: a forged or broken form."""


class Kind(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    def read(self, given: Sequence[str], letters: str) -> str | None:
        """The canonical answer out of a form's values; None for no answer.

        `letters`: the letters that the question has. Raises BadAnswer for anything it has not.
        """

    def points(self, answer: str | None, key: Any, worth: int, partial: str) -> int:
        """Hundredths of a point, from 0 to `worth`."""


@dataclass(frozen=True)
class Single:
    name: str = "single"
    label: str = later("单选题")

    def read(self, given: Sequence[str], letters: str) -> str | None:
        if not given:
            return None
        if len(given) != 1 or len(given[0]) != 1 or given[0] not in letters:
            raise BadAnswer(f"{given!r} is not one of {letters}")
        return given[0]

    def points(self, answer: str | None, key: Any, worth: int, partial: str) -> int:
        return worth if answer == key else 0


@dataclass(frozen=True)
class Multiple:
    name: str = "multiple"
    label: str = later("多选题")

    def read(self, given: Sequence[str], letters: str) -> str | None:
        chosen = set(given)
        if any(len(letter) != 1 or letter not in letters for letter in chosen):
            raise BadAnswer(f"{given!r} is not among {letters}")
        return "".join(sorted(chosen)) or None

    def points(self, answer: str | None, key: Any, worth: int, partial: str) -> int:
        chosen, right = set(answer or ""), set(key)
        if chosen == right:
            return worth
        if not chosen or not chosen < right:
            return 0
        if partial == "half":
            return worth // 2
        if partial == "proportional":
            return worth * len(chosen) // len(right)
        return 0


@dataclass(frozen=True)
class Judge:
    name: str = "judge"
    label: str = later("判断题")

    def read(self, given: Sequence[str], letters: str) -> str | None:
        if not given:
            return None
        if len(given) != 1 or given[0] not in ("true", "false"):
            raise BadAnswer(f"{given!r} is neither true nor false")
        return given[0]

    def points(self, answer: str | None, key: Any, worth: int, partial: str) -> int:
        return worth if answer is not None and (answer == "true") is bool(key) else 0


@dataclass(frozen=True)
class Fill:
    """One field a blank. Each blank is worth its share; what does not divide goes to the last right one."""

    name: str = "fill"
    label: str = later("填空题")

    def read(self, given: Sequence[str], letters: str) -> str | None:
        if len(given) > MOST_BLANKS:
            raise BadAnswer(f"{len(given)} blanks")
        blanks = [_storable(text)[:100] for text in given]
        return json.dumps(blanks, ensure_ascii=False) if any(blanks) else None

    def points(self, answer: str | None, key: Any, worth: int, partial: str) -> int:
        given = [folded(text) for text in json.loads(answer)] if answer else []
        accepted = [{folded(words) for words in blank} for blank in key]
        if isinstance(key, FreeOrder):
            right = _most_blanks_met(given[: len(key)], accepted)
        else:
            right = sum(text in blank for text, blank in zip(given, accepted, strict=False))
        return worth * right // len(key)


class FreeOrder(list[Any]):
    """The key of a fill whose blanks may be filled in any order; each blank is met once."""


_SAYS_FREE_ORDER = re.compile(
    r"[（(〔【\[][^（）()〔〕【】\[\]]*(?:(?:顺序|次序|先后)不限|不[分论限](?:先后|次序|顺序))[^（）()〔〕【】\[\]]*[）)〕】\]]"
)


def says_free_order(kind: str, stem: str) -> bool:
    """A fill that says so in brackets, （顺序不限）: what people read is what is graded, in every format."""
    return kind == "fill" and _SAYS_FREE_ORDER.search(stem) is not None


def key_as_graded(kind: str, stem: str, key: Any) -> Any:
    """The key with what the question says about the order of its blanks."""
    return FreeOrder(key) if says_free_order(kind, stem) else key


def _most_blanks_met(given: Sequence[str], accepted: Sequence[Set[str]]) -> int:
    """How many blanks can be met, each by one of the texts: a matching grown path by path."""
    taken: dict[int, int] = {}

    def meets(text: int, tried: set[int]) -> bool:
        for blank, words in enumerate(accepted):
            if given[text] in words and blank not in tried:
                tried.add(blank)
                if blank not in taken or meets(taken[blank], tried):
                    taken[blank] = text
                    return True
        return False

    return sum(meets(text, set()) for text in range(len(given)))


@dataclass(frozen=True)
class Short:
    """A text that a person marks; until then it earns nothing."""

    name: str = "short"
    label: str = later("简答题")

    def read(self, given: Sequence[str], letters: str) -> str | None:
        text = _storable(given[0])[:5000] if given else ""
        return text or None

    def points(self, answer: str | None, key: Any, worth: int, partial: str) -> int:
        return 0


def _storable(text: str) -> str:
    # PostgreSQL keeps no NUL in a text; no keyboard sends one.
    return text.replace("\x00", "").strip()


KINDS: dict[str, Kind] = {kind.name: kind for kind in (Single(), Multiple(), Judge(), Fill(), Short())}

LABELS = {name: kind.label for name, kind in KINDS.items()} | {"case": later("材料题")}

MARKED_BY_MACHINE = ("single", "multiple", "judge", "fill")

_SHOWN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def shown_letter(letter: str, order: str) -> str:
    """The letter under which a paper shows the bank's option: in the order CABD, C is shown as A."""
    return _SHOWN[order.index(letter)]


def shown_answer(answer: str | None, order: str) -> str:
    """A chosen or right answer in the letters of the paper, sorted."""
    return "".join(sorted(shown_letter(letter, order) for letter in answer or ""))


def from_shown(given: Sequence[str], order: str) -> list[str]:
    """What a form sends in the letters of the paper, in the bank's letters; BadAnswer for one not shown."""
    if not order:
        return list(given)
    if any(len(letter) != 1 or letter not in _SHOWN[: len(order)] for letter in given):
        raise BadAnswer(f"{given!r} was not offered")
    return [order[_SHOWN.index(letter)] for letter in given]


_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}


def folded(text: str) -> str:
    """What two spellings of one answer share: width, case, blanks, punctuation, Chinese numerals as digits."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"[\s,.;:!?、，。；：！？“”‘’'\"《》()（）]", "", plain)
    return re.sub(r"[零〇一二两三四五六七八九十百千]+", _numeral, plain)


def _numeral(match: re.Match[str]) -> str:
    text = match[0]
    if not any(char in _TENS for char in text):
        return "".join(str(_DIGITS[char]) for char in text)
    total, digit = 0, 0
    for char in text:
        if char in _TENS:
            total += (digit or 1) * _TENS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return str(total + digit)
