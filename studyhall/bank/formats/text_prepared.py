"""Lines as the rules want them, before any of them is looked at: the whole file is in view here.

Marks of Markdown and page headers go; labels in the middle of a line begin lines of their own; options that
are called ①②③, a b c or 1) 2) 3) get letters, where the file calls none by a capital.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from studyhall.bank.answers import letters_of, truth_of
from studyhall.bank.formats.lines import Line, plain_letters
from studyhall.bank.formats.text_key_lines import entries_of
from studyhall.bank.formats.text_own_line import answer_apart, keys_behind_options
from studyhall.bank.formats.text_rules import ALONE, heading_of, mark_of, numbers_of_line
from studyhall.bank.formats.text_taken import without_what_was_answered
from studyhall.bank.record import KEYS


def prepared(lines: Sequence[Line]) -> list[Line]:
    """Without the marks of Markdown and without page headers; labels in mid-line on lines of their own."""
    markdown = sum(bool(re.match(r"^\s*(?:#{1,6}\s|\*\*\S|- \[|```)", line.text)) for line in lines) >= 2
    found = [
        piece
        for line in (replace(line, text=plain_letters(line.text)) for line in lines)
        for piece in _split(_tick_behind(_plain(line) if markdown else _key_behind(line)))
    ]
    found = keys_behind_options(_keys_into_brackets(_mended(found)))
    found = lettered(bulleted(without_what_was_answered(found)))
    repeated = _repeated(found)
    return [line for line in found if line.text.strip() not in repeated]


def _mended(lines: Sequence[Line]) -> list[Line]:
    """A word broken off at the end of a line that looks like a kind: 不应依靠主观 / 判断.

    Behind a heading stands a question. Where an option or an answer follows at once, it is no heading.
    """
    found: list[Line] = []
    for at, line in enumerate(lines):
        follows = mark_of(lines[at + 1].text).rule if at + 1 < len(lines) else "blank"
        if (
            found
            and found[-1].text.strip()
            and ALONE.fullmatch(line.text)
            and follows in ("option", "answer")
        ):
            found[-1] = replace(found[-1], text=found[-1].text.rstrip() + line.text.strip())
        else:
            found.append(line)
    return found


def _plain(line: Line) -> Line:
    text = re.sub(r"^\s*(?:>\s?)+", "", line.text)
    text = re.sub(r"^\s*#{1,6}\s+", "", text)
    text = re.sub(r"^(\s*[-*+]\s+)\[[xX]\]\s*(.*\S)\s*$", r"\1\2 √", text)
    text = re.sub(r"^\s*[-*+]\s+(?:\[[ xX]\]\s*)?(?=[A-LＡ-Ｌ]\s*[.．、:：)）])", "", text)
    text = re.sub(r"\*\*(.+?)\*\*|^\s*__(?=[^\s_])(.+?)(?<=[^\s_])__(?!_)", lambda m: m[1] or m[2], text)
    text = re.sub(r"\\([.*_#()\[\]`\\-])", r"\1", text)
    return replace(line, text=text)


_KEY_BEFORE_NUMBER = re.compile(
    r"^(?P<open>\s*[（(])(?P<key>\s*(?:[√×✓✗✔✘对错]|正确|错误|[A-HＡ-Ｈ](?:[、,，\s]?[A-HＡ-Ｈ]){0,7})?\s*)[）)]\s*"
    r"(?P<number>\d{1,4}\s*[.．、:：])\s*(?P<rest>\S.*)$"
)


def _key_behind(line: Line) -> Line:
    """（√）1.… is 1.（√）…: the number comes first, as everywhere else."""
    match = _KEY_BEFORE_NUMBER.match(line.text)
    if match is None:
        return line
    key = f"（{match['key'].strip()}）" if match["key"].strip() else ""
    return replace(line, text=f"{match['number']}{key}{match['rest']}")


_KEY_AFTER_NUMBER = re.compile(
    r"^(\s*\d{1,4}\s*[.．、])\s*([A-HＡ-Ｈ]{1,8})[ 　\t]+(?=[\u4e00-\u9fff“《])(.*)$"
)


def _keys_into_brackets(lines: list[Line]) -> list[Line]:
    """1.B 谁修渠？: a letter before every stem of the file is its key; before a few of them it is a word."""
    led = [at for at, line in enumerate(lines) if _KEY_AFTER_NUMBER.match(line.text)]
    sets = sum(mark_of(line.text).name == "A" for line in lines)
    stated = any(mark_of(line.text).rule == "answer" for line in lines)
    if len(led) < 3 or len(led) < 0.9 * sets or stated:
        return lines
    found = list(lines)
    for at in led:
        found[at] = replace(lines[at], text=_KEY_AFTER_NUMBER.sub(r"\1（\2）\3", lines[at].text))
    return found


_TICK_BEFORE_OPTION = re.compile(r"^\s*[√✓✔☑✅]\s*(?P<option>[（(]?[A-HＡ-Ｈ]\s*[.．、:：)）].*\S)\s*$")


def _tick_behind(line: Line) -> Line:
    """√A. 派出所 is A. 派出所 √: options begin with their letters."""
    found = _TICK_BEFORE_OPTION.match(line.text)
    return replace(line, text=f"{found['option']} √") if found else line


_INLINE = re.compile(
    r"(?<=\S)\s*(?="
    r"【\s*(?:正确|参考|标准)?(?:答案|解析|答案解析|试题解析|难度|知识点|考点)\s*】"
    r"|[（(]\s*(?:正确|参考)?答案\s*[:：]\s*[A-HＡ-Ｈ√×对错正]{1,8}[^（()）]{0,3}[）)]\s*$"
    r"|(?<![“\"《（(])(?:正确答案|参考答案|标准答案)\s*[:：]\s*[（(]?\s*(?:[A-HＡ-Ｈ]|√|×|对|错|正确|错误)"
    r"|(?<=[\s。；;？?！!）)】\]，,.．])答案\s*[:：]\s*[（(]?\s*(?:[A-HＡ-Ｈ]|√|×|对|错|正确|错误)"
    r"|(?<=[\s。；;A-H√×对错确误])(?:答案解析|解析)\s*[:：]"
    r"|(?<![确考准的题])答案\s*[:：]\s*[（(]?\s*(?:[A-HＡ-Ｈ]{1,8}|√|×|对|错|正确|错误)\s*[）)]?[。.]?\s*$"
    r"|本题(?:答案|解析)\s*[:：]|答案[及与和]解析\s*[:：]"
    r"|(?:我的|你的|您的|考生|学生)答案\s*[:：])"
)


_NAMES_OF_KEYS = ("推荐", "建议", "官方", "最佳", "最终", "系统")


def _split(line: Line) -> Iterator[Line]:
    """Tabs and labels in the middle of a line begin pieces of their own; a row of keys stays whole."""
    whole = line.from_table or len(entries_of(line.text)) > 1
    parts = [line.text] if whole else re.split(r"\t+", line.text)
    wanted: list[str] = []
    for part in parts:
        begins = mark_of(part).rule in ("answer", "explanation", "option", "meta")
        alone = wanted and re.fullmatch(r"\s*\d{1,5}\s*", wanted[-1])
        if wanted and not begins and not alone:
            wanted[-1] += "\t" + part
        else:
            wanted.append(part)
    if len(wanted) > 1 and all(re.fullmatch(r"\s*\d{1,5}\s*", part) for part in parts):
        wanted = [line.text]
    first = True
    for part in wanted:
        for words in _labels_apart(part):
            yield replace(line, text=words, pictures=line.pictures if first else ())
            first = False


def _labels_apart(words: str) -> list[str]:
    """1.【答案】A is an entry of a key and stays whole."""
    first, *others = _INLINE.split(words)
    if others and re.fullmatch(r"\s*[（(]?\d{1,4}\s*[）)]?\s*[.．、:：]?\s*", first):
        first = (first + others.pop(0)).strip()
    if others and re.fullmatch(r"\s*[\u4e00-\u9fff]{1,8}\s*", first) and others[0].lstrip().startswith("答"):
        # 错误答案：A names no key; what nobody knows stays a line, and holds its question.
        return others if first.strip() in _NAMES_OF_KEYS else [words]
    apart = answer_apart(first) if not others else None
    return [*apart] if apart else [first, *others]


# Options that are called otherwise

_CAPITAL = re.compile(
    r"(?<![A-Za-zＡ-Ｚａ-ｚ])[AＡ]\s*[）)\]】]?\s*[.．、:：)）】]|^\s*[AＡ](?=[\s\u4e00-\u9fff])"
)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨"
_OTHER_MARKS: tuple[tuple[str, str, str], ...] = (
    (_CIRCLED, r"[{keys}]\s*[.．、:：]?", r"(?:^|(?<=[\s\u3000])){mark}"),
    ("abcdefghi", r"[（(]?\s*[{keys}]\s*[.．、:：)）]", r"(?:^|(?<=[\s\u3000])){mark}"),
    ("123456789", r"(?:[{keys}]\s*[)）]|[（(]\s*[{keys}]\s*[)）])", r"(?:^|(?<=[\s\u3000])){mark}"),
)
"""What options are called by, how such a mark looks, where it may stand."""


def lettered(lines: list[Line]) -> list[Line]:
    """Options called ①②, a b or 1) 2) get A, B, C, and their keys with them.

    Only where no option of the whole file has a capital and every stated key is of that sort: then nothing
    else can be meant. Otherwise the lines stay, and what has no options is held.
    """
    if _has_capitals(lines):
        return lines
    stated = [mark.rest for mark in (mark_of(line.text) for line in lines) if mark.rule == "answer"]
    for names, look, where in _OTHER_MARKS:
        mark = re.compile(where.format(mark=look.format(keys=names)), re.IGNORECASE)
        begins = re.compile(r"^\s*" + look.format(keys=names), re.IGNORECASE)
        firsts = sum(
            bool(begins.match(line.text)) and line.text.strip(" 　（(")[:1].lower() == names[0]
            for line in lines
        )
        keys = [words for words in stated if words]
        if not keys or firsts != len(keys) or not all(_named(words, names) for words in keys):
            continue
        return [_as_letters(line, names, mark, begins) for line in lines]
    return lines


def _has_capitals(lines: Sequence[Line]) -> bool:
    return any(_CAPITAL.search(line.text) for line in lines)


_BULLET = re.compile(r"^\s*[○◯〇●□☐▢◻■•]\s*(?=[^\s○◯〇●□☐▢◻■•])")


def bulleted(lines: list[Line]) -> list[Line]:
    """Options that have ○ or □ before them and no letters get letters, where no option of the file has one."""
    if _has_capitals(lines):
        return lines
    runs: list[list[int]] = []
    for at, line in enumerate(lines):
        if not _BULLET.match(line.text):
            continue
        if runs and not any(between.text.strip() for between in lines[runs[-1][-1] + 1 : at]):
            runs[-1].append(at)
        else:
            runs.append([at])
    found = list(lines)
    for run in runs:
        for place, at in enumerate(run if 2 <= len(run) <= 8 else ()):
            found[at] = replace(lines[at], text=_BULLET.sub(f"{KEYS[place]}．", lines[at].text))
    return found


def _named(words: str, names: str) -> bool:
    """Nothing but names of options: ①③, a, 1、2."""
    packed = re.sub(r"[\s,，、;；。.（）()]", "", words).lower()
    return bool(packed) and all(name in names for name in packed)


def _as_letters(line: Line, names: str, mark: re.Pattern[str], begins: re.Pattern[str]) -> Line:
    found = mark_of(line.text)
    if found.rule == "answer":
        key = "".join(KEYS[names.index(name)] for name in found.rest.lower() if name in names)
        return replace(line, text=f"答案：{key}")
    if not begins.match(line.text):
        return line

    def letter(match: re.Match[str]) -> str:
        return KEYS[names.index(next(char for char in match[0].lower() if char in names))] + "．"

    return replace(line, text=mark.sub(letter, line.text))


def _repeated(lines: Sequence[Line]) -> set[str]:
    """What stands on every page: the same words many times over, and neither option, key nor heading."""
    counts = Counter(line.text.strip() for line in lines if 6 <= len(line.text.strip()) <= 80)
    found = set()
    for words, count in counts.items():
        if count < 5 or mark_of(words).rule != "text" or heading_of(words) or numbers_of_line(words):
            continue
        at = [place for place, line in enumerate(lines) if line.text.strip() == words]
        behind = Counter(mark_of(lines[place - 1].text).rule for place in at if place)
        often = count >= 0.002 * len(lines)
        if often and (len(behind) >= 3 or all(_between_questions(lines, place) for place in at)):
            found.add(words)
    return found


def _between_questions(lines: Sequence[Line], at: int) -> bool:
    """Behind a complete question and before the next number: of neither, wherever the pages break."""
    before = next((line.text for line in reversed(lines[max(0, at - 6) : at]) if line.text.strip()), "")
    after = next((line.text for line in lines[at + 1 : at + 7] if line.text.strip()), "1.")
    mark = mark_of(before)
    ended = mark.rule in ("noise", "separator", "meta") or (
        mark.rule == "answer" and (letters_of(mark.rest) or truth_of(mark.rest) is not None)
    )
    begins = heading_of(after) is not None or mark_of(after).rule == "noise" or numbers_of_line(after)
    return ended and bool(begins)
