"""Signs that a piece of text was cut wrongly: marks of a question where none should be left.

Torn and mixed-up files read quite well as something else; these are what gives them away. Each holds the
question, none changes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from studyhall.bank.answers import letters_of, truth_of
from studyhall.bank.drafts import Draft
from studyhall.bank.formats.text_cut import Piece
from studyhall.bank.formats.text_key_lines import entries_of
from studyhall.bank.formats.text_rules import BARE_KEY, OPTION, numbers_of_line
from studyhall.bank.formats.text_set_titles import names_a_paper
from studyhall.bank.record import Finding, Kind

_STRAY_MARK = re.compile(
    r"(?:^|\n)\s*[（(]?[A-LＡ-Ｌ]\s*[）)]?\s*[.．、:：)）](?!\s*[A-LＡ-Ｌ])|(?<=[\s\u3000-\uffef])[A-L][.．：:]\S"
)
_STRAY_LINE = re.compile(r"\n\s*[（(]?[A-LＡ-Ｌ]\s*[）)]?\s*[.．、:：)）]")
_LABEL = re.compile(r"(?:正确|参考|标准)?答案(?:解析)?\s*[:：]|【\s*(?:答案|解析|答案解析)\s*】|解析\s*[:：]")
_HEADING = re.compile(
    r"(?:[一二三四五六]、|[（(][一二三四五六][）)]|题型[:：]|#|【)\s*(?:单选|单项|多选|多项|不定项|判断|填空|简答|论述|案例)"
    r"|(?:^|\n)\s*(?:单项?选择?|多项?选择?|判断|填空|简答)题\s*[:：]"
)
_ONLY_KEYS = re.compile(
    r"\s*(?:题号|序号|答案|(?:单选|多选|判断|选择)题?)?[\s\d.．、,，:：;；()（）|/A-HＡ-Ｈ√×✓✗✔✘对错一二三四五六七八九十—–~～-]+"
)
"""1.√ 2.× 3. with its last sign taken for the key of what it stands behind: no question is made of that."""
_STRAY_FIRST = re.compile(r"(?<![（(A-Za-z])A\s*[.．:：)）]\S")
_BRACKET = re.compile(r"[（(]\s*([^（）()\dA-Za-z]{1,4}?)\s*[）)]")
_INSIDE = re.compile(r"(?:[。；;?？！]|[）)])\s*[（(第]?(\d{1,4})\s*[）)题]?\s*[.．、](?!\d)")


def doubts_of(draft: Draft, piece: Piece, body: Sequence[str]) -> Iterator[Finding]:
    """`body` is what was taken for stem and options, line by line."""
    yield from _doubled_lines(piece)
    yield from _more_keys(piece)
    yield from _numbers_left(draft, piece)
    yield from _next_number(piece, body)
    yield from _next_in_answer(draft, piece)
    yield from _marks_left(draft)
    if draft.kind is Kind.JUDGE:
        keys = [match for match in _BRACKET.findall(draft.source) if truth_of(match) is not None]
        if len(keys) > 1:
            yield Finding("two-answers", "题干里有几个括号写了对错，可能两道题连在了一起。")


def _more_keys(piece: Piece) -> Iterator[Finding]:
    """答案：√ and √, × on the lines below it: of several questions."""
    rules = [item.mark.rule for item in piece.items]
    if "answer" in rules and rules[rules.index("answer") + 1 :].count("bare-key") > 1:
        yield Finding("keys-left", "答案下面还有几行像是别的题的答案。")


def _doubled_lines(piece: Piece) -> Iterator[Finding]:
    words = [re.sub(r"\s+", "", item.text) for item in piece.items]
    for first, second in pairwise(words):
        if first == second and len(first) > 1:
            yield Finding("doubled-line", f"“{first[:20]}”连着出现了两次。")
            return


def _numbers_left(draft: Draft, piece: Piece) -> Iterator[Finding]:
    """A number that was not taken for one: before the stem, or the next number inside it."""
    found = [number for line in draft.stem.split("\n") for number in numbers_of_line(line)]
    if piece.number is None:
        if any(one.cost == 0 and one.family in ("digit", "paren", "cnparen") for one in found):
            yield Finding("number-left", "题号和前后的题接不上。")
        return
    numbers = [one.number for one in found if one.family == piece.rule and one.cost == 0]
    numbers += [int(match[1]) for match in _INSIDE.finditer(draft.stem)]
    if numbers == [1]:
        yield Finding("number-left", "题干里又有题号 1，可能和下一部分连在了一起。")
    near = [number for number in numbers if number > 2 and piece.number <= number <= piece.number + 3]
    if near:
        yield Finding("number-left", f"题干里又有题号 {near[0]}，可能两道题连在了一起。")


def _next_in_answer(draft: Draft, piece: Piece) -> Iterator[Finding]:
    """The next number below an answer that no list leads up to: most likely the next question."""
    if piece.number is None or "\n" not in draft.answer:
        return
    found = [number for line in draft.answer.split("\n") for number in numbers_of_line(line)]
    numbers = {one.number for one in found if one.family == piece.rule and not one.cost}
    if piece.number + 1 in numbers and piece.number not in numbers:
        yield Finding("number-left", f"答案里又有题号 {piece.number + 1}，可能两道题连在了一起。")


def _next_number(piece: Piece, body: Sequence[str]) -> Iterator[Finding]:
    """The number that should come next, and no list that leads up to it."""
    if piece.number is None:
        return
    found = [number for line in body[1:] for number in numbers_of_line(line)]
    numbers = {one.number for one in found if one.family == piece.rule and not one.cost}
    if piece.number + 1 in numbers and piece.number not in numbers:
        message = f"里面又有题号 {piece.number + 1}，可能两道题连在了一起。"
        yield Finding("number-left", message)


def _marks_left(draft: Draft) -> Iterator[Finding]:
    if OPTION.match(draft.stem):
        yield Finding("mark-left", "题干以选项字母开头，题干可能丢了。")
    elif draft.options and _STRAY_LINE.search(draft.stem):
        yield Finding("option-before", "题干里还有像选项的一行，选项可能排乱了。")
    elif draft.options and (_STRAY_FIRST.search(draft.stem) or _has_bare_key(draft.stem)):
        yield Finding("mark-left", "题干里还有像选项或答案的字母，可能没有分开。")
    for letter, text in draft.options:
        if _STRAY_MARK.search(text):
            yield Finding("mark-left", f"选项 {letter} 里还有像选项的字母，选项可能没有分开。")
            break
    parts = [draft.stem, *(text for _letter, text in draft.options)]
    if any(_LABEL.search(part) or _HEADING.search(part) for part in parts):
        yield Finding("label-left", "题干或选项里有“答案：”“解析：”或者大题的标题，可能没有分开。")
    elif any(names_a_paper(line) for part in parts for line in part.split("\n")[1:]):
        yield Finding("title-left", "题干或选项里有一行像是另一套试卷的名称，没有分开。")
    elif any(len(entries_of(line)) > 1 for part in parts for line in part.split("\n")[1:]) or any(
        _ONLY_KEYS.fullmatch(line) for line in draft.stem.split("\n")
    ):
        yield Finding("keys-left", "题干或选项里有一行像是几道题的答案，没有分开。")


def _has_bare_key(stem: str) -> bool:
    return any(BARE_KEY.match(line) for line in stem.split("\n")[1:])


def doubt_the_one_before(drafts: Sequence[Draft]) -> None:
    """An option that stands in the next stem may be the last of this question."""
    for draft, after in pairwise(drafts):
        if any(finding.rule == "option-before" for finding in after.doubts):
            draft.doubt("option-lost", "下一题的题干里有像是这一题的选项，请核对。")


def doubt_a_key_of_all(drafts: Sequence[Draft]) -> None:
    """ABD, C A behind questions that have no keys: that of the last alone, or a letter for each of them."""
    bare = 0
    for draft in drafts:
        letters = letters_of(draft.answer) or ()
        if bare and "answer-label" in draft.rules and len(letters) > 1:
            written = [sign for sign in draft.answer.upper() if sign in letters]
            alone = bare + 1 == len(drafts) and draft is drafts[-1]
            if alone or len(letters) == bare + 1 or written != sorted(written):
                message = f"前面 {bare} 道题没有答案，“{draft.answer[:20]}”可能是这几道题的答案，请核对。"
                draft.doubt("key-of-all", message)
        bare = 0 if draft.answer else bare + 1


def answers_below(drafts: Sequence[Draft]) -> None:
    """Short questions of a section, all with more lines and none with a label: the lines are their answers."""
    parted = [draft.stem.partition("\n") for draft in drafts]
    if any(draft.answer for draft in drafts) or not all(
        re.search(r"[。？?：:）)]\s*$", first) and below and not re.search(r"[？?]\s*$", below)
        for first, _break, below in parted
    ):
        return
    for draft, (first, _break, below) in zip(drafts, parted, strict=True):
        draft.stem, draft.answer = first, below
        draft.doubt("answer-without-label", "没有写“答案”，问题下面的话当作答案了，请核对。")
