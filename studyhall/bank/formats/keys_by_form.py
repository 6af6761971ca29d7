"""Keys that nothing tells but the print: the right option in red, in bold, underlined.

Never by one question alone, the whole file has to do it: nearly every question without another key has its
mark, always of one sort, never on all options, not always on the same letter, and where a key is stated the
mark agrees with it. What does not follow gets no key; what follows says how its key was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from studyhall.bank.answers import letters_of
from studyhall.bank.drafts import Draft, Look
from studyhall.bank.formats.answers_by_form import give_stretches
from studyhall.bank.formats.look_marks import Marked, options_marked, said
from studyhall.bank.record import Finding, Kind

LEAST = 5
"""So many questions at least make a habit."""
NEARLY, AGREE = 0.9, 0.95

Seen = Sequence[tuple[Draft, Mapping[Look, Marked] | None]]


def give_by_form(drafts: Iterable[Draft]) -> list[str]:
    """Gives keys, doubts and notices to the drafts, and gives back what is to be said of the file."""
    asked = list(drafts)
    if not any(draft.runs for draft in asked):
        return []
    seen = [(draft, options_marked(draft)) for draft in asked if len(draft.options) > 1]
    habits = {look: _Habit.of(look, seen) for look in sorted(_looks(seen))}
    rules = [look for look, habit in habits.items() if habit.holds]
    notes = [] if rules else [habit.note for habit in habits.values() if habit.nearly]
    given = (
        sum([_give(draft, marks or {}, rules) for draft, marks in seen if not draft.answer]) if rules else 0
    )
    if given:
        notes.append(f"有 {given} 道题的答案按{_names(rules)}的选项读出，请抽查几题。")
    for draft, marks in seen if rules else ():
        _compare(draft, marks or {}, rules)
    return notes + give_stretches(asked)


def _looks(seen: Seen) -> set[Look]:
    return {look for _draft, marks in seen for look in marks or ()}


@dataclass(frozen=True)
class _Habit:
    """How regularly one look marks options: `follow` of the `open` ones without a key, `agree` of `keyed` ones."""

    look: Look
    open: int
    follow: int
    letters: int
    keyed: int
    agree: int

    @classmethod
    def of(cls, look: Look, seen: Seen) -> _Habit:
        bare = [(draft, (marks or {}).get(look)) for draft, marks in seen if not draft.answer]
        told = [marked.letters for _draft, marked in bare if marked and marked.tells]
        # All options of a 多选题 may be right: such a question speaks neither for nor against.
        all_right = sum(
            draft.kind is Kind.MULTIPLE and marked is not None and marked.every for draft, marked in bare
        )
        stated = [
            (letters_of(draft.answer), marks[look])
            for draft, marks in seen
            if letters_of(draft.answer) and marks and look in marks
        ]
        agree = sum(not marked.torn and tuple(marked.letters) == letters for letters, marked in stated)
        return cls(look, len(bare) - all_right, len(told), len(set(told)), len(stated), agree)

    @property
    def holds(self) -> bool:
        return self.nearly and self.letters > 1 and self.follow >= NEARLY * self.open

    @property
    def nearly(self) -> bool:
        """Often enough to be told of."""
        return self.follow >= LEAST and self.agree >= AGREE * self.keyed

    @property
    def note(self) -> str:
        why = "都是同一个选项" if self.letters == 1 else "别的题没有这样标"
        return f"有 {self.follow} 道题有{said(self.look)}的选项，{why}，没有当作答案。"


def _give(draft: Draft, marks: Mapping[Look, Marked], rules: Sequence[Look]) -> bool:
    """A key where the looks of the file agree and no other look marks another option."""
    marked = [marks[look] for look in rules if look in marks]
    name = _names(rules)
    others = [found for found in marks.values() if found.tells]
    if not marked:
        draft.doubt("no-mark", f"别的题都有{name}的选项，这一题没有。")
    elif any(found.every for found in marked):
        draft.doubt("all-marked", f"这一题的选项全都{name}了，看不出哪个是答案。")
    elif any(found.torn for found in marked):
        draft.doubt("mark-in-part", f"这一题的选项只有一部分{name}，看不出哪个是答案。")
    elif len({found.letters for found in (*marked, *others)}) > 1:
        draft.doubt("marks-differ", "这一题有几个选项用不同的样子标出，看不出哪个是答案。")
    else:
        draft.answer = marked[0].letters
        draft.rules.append("key-by-form")
        draft.doubts.append(
            Finding(
                "key-by-form", f"答案按{name}的选项读出（{draft.answer}），文件里没有另外写。", holds=False
            )
        )
    return bool(draft.answer)


def _compare(draft: Draft, marks: Mapping[Look, Marked], rules: Sequence[Look]) -> None:
    """A key that is stated, and another option marked."""
    letters = letters_of(draft.answer)
    for look in rules:
        if letters and look in marks and marks[look].tells and tuple(marks[look].letters) != letters:
            message = f"{said(look)}的选项是 {marks[look].letters}，答案写的是 {draft.answer[:20]}。"
            draft.doubt("two-answers", message)


def _names(rules: Iterable[Look]) -> str:
    return "、".join(said(look) for look in rules)
