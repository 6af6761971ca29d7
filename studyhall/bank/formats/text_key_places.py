"""Keys that stand apart put to their questions: by kind and number, by the place of the section, or not at all."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from studyhall.bank.answers import letters_of, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.text_key_lines import KeyEntry, KeySection, ways_apart
from studyhall.bank.record import Kind, normalised


@dataclass
class _Places:
    """The sections of a paper, and which of them have not had their keys."""

    sections: Sequence[Sequence[Draft]]
    keys: Sequence[KeySection]
    places: Sequence[int | None]
    orders: Sequence[int]
    unused: list[int]

    @property
    def restarts(self) -> bool:
        counts = Counter(draft.number for section in self.sections for draft in section)
        return any(count > 1 for number, count in counts.items() if number is not None)

    @property
    def headed(self) -> set[Kind]:
        return {key.kind for key in self.keys if key.kind}


def attach(
    sections: Sequence[Sequence[Draft]],
    keys: Sequence[KeySection],
    places: Sequence[int | None] = (),
    orders: Sequence[int] = (),
) -> list[str]:
    """Each key to its question: by kind and number, else by number alone where no number comes twice.

    `sections` are the paper's, in order, `places` what they are numbered by (二、 is 2), `orders` how many
    headings of the paper lead to them. Gives back what could not be placed. A question that has a key of its own
    keeps it; another key from the table is a doubt.
    """
    left: list[str] = []
    against = [key for key in keys if key.against]
    keys = [key for key in keys if not key.against]
    paper = _Places(sections, keys, places, orders or range(len(sections)), list(range(len(sections))))
    restarts, headed = paper.restarts, paper.headed
    for key in keys:
        left += [f"“{words[:40]}”的题数和答案数对不上" for words in key.faults]
        if not key.entries:
            left += _give_in_order(key, paper)
            continue
        if key.place and key.place in places:
            at: int | None = places.index(key.place)
        elif key.place and restarts:
            left.append(f"答案表里的第 {key.place} 大题，试卷里没有找到")
            continue
        else:
            at = _section_for(key, paper)
        targets = _by_number(sections[at] if at is not None else _of_kind(key.kind, sections, headed))
        if at is not None and at in paper.unused and len(keys) > 1:
            paper.unused.remove(at)
        if at is not None and restarts:
            _doubt_unlike(key, sections[at])
        left += _give_by_number(key, targets)
    for key in against:
        left += _compare(key, _by_number(chain.from_iterable(sections)))
    return left


def _give_by_number(key: KeySection, targets: Mapping[int, Sequence[Draft]]) -> Iterator[str]:
    for entry in key.entries:
        fitting = targets.get(entry.number, [])
        if len(fitting) == 1:
            _give(fitting[0], entry)
            continue
        yield f"第 {entry.number} 题的答案 {entry.answer[:12]} 找不到唯一的题目"
        for draft in fitting:
            draft.doubt("doubled-number", f"有 {len(fitting)} 道第 {entry.number} 题，不知道答案是哪一道的。")


def _compare(key: KeySection, targets: Mapping[int, Sequence[Draft]]) -> Iterator[str]:
    """更正答案：2.C. What differs from it is held, whichever is right; what has no other key takes it, held."""
    for entry in key.entries:
        asked = targets.get(entry.number, [])
        if not asked:
            yield f"“{key.against}”里的第 {entry.number} 题，试卷里没有找到"
        alike = [draft for draft in asked if _sort(draft.answer) == _sort(entry.answer)]
        for draft in alike or asked:
            if not entry.answer:
                draft.doubt("two-answers", f"“{key.against}”里提到这一题，没有看懂怎样改，请核对。")
            elif draft.answer and _plain(draft.answer) != _plain(entry.answer):
                message = (
                    f"这里的答案是 {draft.answer[:12]}，“{key.against}”里是 {entry.answer[:12]}，请核对。"
                )
                draft.doubt("two-answers", message)
            elif not draft.answer and len(asked) == 1:
                draft.answer = entry.answer
                draft.doubt("key-against", f"这一题的答案只写在“{key.against}”里，请核对。")


def _sort(answer: str) -> str:
    """What keys can be compared by at all: letters with letters, truths with truths."""
    return "truth" if truth_of(answer) is not None else "letters" if letters_of(answer) else ""


def _give_in_order(key: KeySection, paper: _Places) -> Iterator[str]:
    """Keys without numbers, one a line or one a sign: only where exactly as many questions are there."""
    if not key.loose:
        return
    if key.place and key.place in paper.places:
        at: int | None = paper.places.index(key.place)
    else:
        only = len(paper.sections) == len(paper.keys) == 1 and key.place in (None, 1)
        at = _section_for(key, paper) if key.kind else (0 if only else None)
    asked = paper.sections[at] if at is not None else ()
    # AB behind two 不定项 may be the keys of both, or of one of them.
    signs = all(draft.kind is not Kind.MULTIPLE and not draft.any_number for draft in asked)
    ways = ways_apart(key.loose, signs=signs)
    words = next((found for found in ways if len(found) == len(asked)), None)
    if words is None:
        yield f"“{' '.join(key.loose)[:40]}”的题数和答案数对不上"
        return
    if at in paper.unused:
        paper.unused.remove(at or 0)
    for draft, answer in zip(asked, words, strict=True):
        _give(draft, KeyEntry(draft.number or 0, answer))


def _doubt_unlike(key: KeySection, section: Sequence[Draft]) -> None:
    """Where every section begins at 1, keys that do not match in number may belong to another section."""
    given = sorted(entry.number for entry in key.entries)
    if given != sorted(draft.number or 0 for draft in section):
        for draft in section:
            message = f"这一部分有 {len(section)} 道题，答案表里有 {len(given)} 个答案，题号对不上。"
            draft.doubt("keys-differ", message)


def _section_for(key: KeySection, paper: _Places) -> int | None:
    """The section of that kind; without a kind the next one whose numbers the keys name; None for all."""
    unused: Sequence[int] = paper.unused
    sections = paper.sections
    if key.kind is None:
        # What stands under no heading is not for a section that has a heading of its own in the table.
        unused = [at for at in unused if not (sections[at] and sections[at][0].kind in paper.headed)]
    else:
        same = [at for at in unused if sections[at] and sections[at][0].kind is key.kind]
        if same:
            return _nearest(key, same, paper)
        unused = [at for at in unused if sections[at] and sections[at][0].kind is None]
    if len(paper.keys) == 1:
        return None
    numbers = {entry.number for entry in key.entries}
    for at in unused:
        if numbers and numbers <= {draft.number for draft in sections[at]}:
            return at
    return None


def _nearest(key: KeySection, same: Sequence[int], paper: _Places) -> int:
    """Of several sections of one kind that a table stands behind: the one it stands behind, for a doubt.

    In order, where the table has as many parts of that kind as there are sections without keys.
    """
    before = [at for at in same if key.behind is None or paper.orders[at] <= key.behind] or same
    bare = [at for at in before if not all(draft.answer for draft in paper.sections[at])] or before
    at_once = sum(other.kind is key.kind and other.behind == key.behind for other in paper.keys)
    given = sum(
        other.kind is key.kind and other.behind == key.behind
        for other in paper.keys[: next(n for n, one in enumerate(paper.keys) if one is key)]
    )
    if len(bare) <= at_once - given or not paper.restarts:
        return bare[0]
    at = bare[given - at_once] if key.behind is not None else bare[0]
    for draft in paper.sections[at]:
        draft.doubt("keys-differ", f"有 {len(bare)} 个这种大题没有答案，不知道答案表是哪一个的。")
    return at


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
    if re.search(rf"(?:^|\s){entry.number + 1}\s*[.．、](?!\d)", entry.answer):
        draft.doubt("keys-run-on", f"答案里又有题号 {entry.number + 1}，可能几道题的答案连在了一起。")
    draft.explanation = draft.explanation or entry.explanation
    draft.rules.append("key-table")


def give_by_words(drafts: Iterable[Draft], answered: Iterable[Draft]) -> list[str]:
    """Keys of the same paper with its answers: to the question with the same words and the same options."""
    known: dict[tuple[object, ...], list[Draft]] = defaultdict(list)
    for one in answered:
        for part in one.parts or [one]:
            known[_words_of(part)].append(part)
    missing = 0
    for one in drafts:
        for part in one.parts or [one]:
            same = known.get(_words_of(part), [])
            if len(same) == 1 and same[0].answer:
                _give(part, KeyEntry(part.number or 0, same[0].answer, same[0].explanation))
                part.doubts += same[0].doubts
            else:
                missing += not part.answer
    return [f"答案文件里没有找到同样的 {missing} 道题"] if missing else []


def _words_of(draft: Draft) -> tuple[object, ...]:
    return normalised(draft.stem), tuple((letter, normalised(text)) for letter, text in draft.options)


def _plain(words: str) -> str:
    letters = letters_of(words)
    if letters and truth_of(words) is None:
        return "".join(letters)
    truth = truth_of(words)
    return str(truth) if truth is not None else "".join(words.split())
