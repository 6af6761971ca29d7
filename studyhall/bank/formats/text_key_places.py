"""Keys that stand apart put to their questions: by kind and number, by the place of the section, or not at all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from studyhall.bank.answers import letters_of, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.text_keys import KeyEntry, KeySection
from studyhall.bank.record import Kind


def attach(
    sections: Sequence[Sequence[Draft]], keys: Sequence[KeySection], places: Sequence[int | None] = ()
) -> list[str]:
    """Each key to its question: by kind and number, else by number alone where no number comes twice.

    `sections` are the paper's, in order, `places` what they are numbered by (二、 is 2). Gives back what could
    not be placed. A question that has a key of its own keeps it; another key from the table is a doubt.
    """
    left: list[str] = []
    unused = list(range(len(sections)))
    counts = Counter(draft.number for section in sections for draft in section)
    restarts = any(count > 1 for number, count in counts.items() if number is not None)
    headed = {key.kind for key in keys if key.kind}
    for key in keys:
        left += [f"“{words[:40]}”的题数和答案数对不上" for words in key.faults]
        if not key.entries:
            continue
        # What stands under no heading is not for a section that has a heading of its own in the table.
        free = [at for at in unused if key.kind or not (sections[at] and sections[at][0].kind in headed)]
        if key.place and key.place in places:
            at: int | None = places.index(key.place)
        elif key.place and restarts:
            left.append(f"答案表里的第 {key.place} 大题，试卷里没有找到")
            continue
        else:
            at = _section_for(key, sections, free, alone=len(keys) == 1)
        targets = _by_number(sections[at] if at is not None else _of_kind(key.kind, sections, headed))
        if at is not None and at in unused and len(keys) > 1:
            unused.remove(at)
        if at is not None and restarts:
            _doubt_unlike(key, sections[at])
        for entry in key.entries:
            fitting = targets.get(entry.number, [])
            if len(fitting) == 1:
                _give(fitting[0], entry)
            else:
                left.append(f"第 {entry.number} 题的答案 {entry.answer[:12]} 找不到唯一的题目")
                for draft in fitting:
                    draft.doubt(
                        "doubled-number", f"有 {len(fitting)} 道第 {entry.number} 题，不知道答案是哪一道的。"
                    )
    return left


def _doubt_unlike(key: KeySection, section: Sequence[Draft]) -> None:
    """Where every section begins at 1, keys that do not match in number may belong to another section."""
    given = sorted(entry.number for entry in key.entries)
    if given != sorted(draft.number or 0 for draft in section):
        for draft in section:
            message = f"这一部分有 {len(section)} 道题，答案表里有 {len(given)} 个答案，题号对不上。"
            draft.doubt("keys-differ", message)


def _section_for(
    key: KeySection, sections: Sequence[Sequence[Draft]], unused: Sequence[int], *, alone: bool
) -> int | None:
    """The section of that kind; without a kind the next one whose numbers the keys name; None for all."""
    if key.kind is not None:
        same = [at for at in unused if sections[at] and sections[at][0].kind is key.kind]
        if same:
            return same[0]
        unused = [at for at in unused if sections[at] and sections[at][0].kind is None]
    if alone:
        return None
    numbers = {entry.number for entry in key.entries}
    for at in unused:
        if numbers and numbers <= {draft.number for draft in sections[at]}:
            return at
    return None


def _of_kind(
    kind: Kind | None, sections: Sequence[Sequence[Draft]], headed: Collection[Kind]
) -> Iterator[Draft]:
    """Of the whole paper those that keys under this heading, or under none, can be for."""
    for draft in chain.from_iterable(sections):
        if (draft.kind in (kind, None)) if kind else (draft.kind not in headed):
            yield draft


def _by_number(drafts: Iterable[Draft]) -> dict[int, list[Draft]]:
    found: dict[int, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.number is not None:
            found[draft.number].append(draft)
    return found


def _give(draft: Draft, entry: KeyEntry) -> None:
    if draft.answer and _plain(draft.answer) != _plain(entry.answer):
        draft.doubt("two-answers", f"题目里的答案是 {draft.answer[:12]}，答案表里是 {entry.answer[:12]}。")
        return
    draft.answer = draft.answer or entry.answer
    draft.explanation = draft.explanation or entry.explanation
    draft.rules.append("key-table")


def _plain(words: str) -> str:
    letters = letters_of(words)
    if letters and truth_of(words) is None:
        return "".join(letters)
    truth = truth_of(words)
    return str(truth) if truth is not None else "".join(words.split())
