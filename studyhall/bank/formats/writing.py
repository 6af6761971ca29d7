"""A bank out: one name a format, and what each cannot hold, said before anybody downloads."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import prod

from studyhall.bank.counting import questions_in
from studyhall.bank.formats import aiken, gift_out, json_bank, moodle_out, qti_out, sheet_out, word_out
from studyhall.bank.formats.lines import cleaned
from studyhall.bank.record import Kind, Option, Point, Record


@dataclass(frozen=True)
class Format:
    name: str
    title: str
    ending: str
    media_type: str
    make: Callable[[Sequence[Record]], bytes]

    def write(self, records: Sequence[Record]) -> bytes:
        """Signs that no eye sees stay here: XML and Word cannot hold them."""
        return self.make([plain(record) for record in records])


_BREAKS = re.compile("[\x0b\x0c\x85\u2028\u2029]")


def plain(record: Record) -> Record:
    """The same record, its texts as every reader leaves them."""

    def words(text: str) -> str:
        return _BREAKS.sub("\n", cleaned(text))

    answer = record.answer
    if isinstance(answer, str):
        answer = words(answer)
    elif record.kind is Kind.FILL and isinstance(answer, tuple):
        answer = tuple(tuple(" ".join(words(word).split("\n")) for word in blank) for blank in answer)
    return replace(
        record,
        stem=words(record.stem),
        options=tuple(Option(option.key, words(option.text)) for option in record.options),
        answer=answer,
        explanation=words(record.explanation),
        points=tuple(Point(" ".join(words(point.text).split("\n")), point.worth) for point in record.points),
        parts=tuple(map(plain, record.parts)),
    )


_OFFICE = "application/vnd.openxmlformats-officedocument."
FORMATS = {
    form.name: form
    for form in (
        Format("xlsx", "Excel 表格", ".xlsx", f"{_OFFICE}spreadsheetml.sheet", sheet_out.write),
        Format("docx", "Word（带答案）", ".docx", f"{_OFFICE}wordprocessingml.document", word_out.write),
        Format(
            "docx-paper",
            "Word（不带答案）",
            ".docx",
            f"{_OFFICE}wordprocessingml.document",
            lambda records: word_out.write(records, answers=False),
        ),
        Format("gift", "GIFT", ".txt", "text/plain", lambda records: gift_out.write(records).encode("utf-8")),
        Format("aiken", "Aiken", ".txt", "text/plain", lambda records: aiken.write(records).encode("utf-8")),
        Format("moodle", "Moodle XML", ".xml", "application/xml", moodle_out.write),
        Format("qti", "QTI 2.1", ".zip", "application/zip", qti_out.write),
        Format("json", "JSON", ".json", "application/json", lambda rs: json_bank.write(rs).encode("utf-8")),
    )
}


def fitting(records: Sequence[Record], name: str) -> int:
    """How many questions go out: Aiken knows single choices only."""
    return sum(name != "aiken" or one.kind is Kind.SINGLE for one in questions_in(records))


def losses(records: Sequence[Record], name: str) -> list[str]:
    """Sentences for the page: what a bank loses in this format. JSON loses nothing."""
    questions = list(questions_in(records))
    found = []

    def say(count: int, words: str) -> None:
        if count:
            found.append(f"{count}{words}")

    cases = sum(record.kind is Kind.CASE for record in records)
    pictures = sum(bool(one.pictures) for one in [*questions, *(r for r in records if r.parts)])
    beside = sum(bool(q.law or q.cites or q.difficulty) for q in questions)
    if name == "aiken":
        say(sum(question.kind is not Kind.SINGLE for question in questions), "道不是单选题，不会导出。")
        say(sum(bool(question.explanation) for question in questions), "道题的解析不会导出。")
        say(beside, "道题的法律、条文、难度不会导出。")
    if name in ("gift", "aiken", "moodle", "qti"):
        say(cases, "道案例题在那边拆成单独的小题，材料写在每个小题前面。")
    if name == "gift":
        say(sum(_blanks(one) > 1 for one in questions), "道多空的填空题在那边是一个空，答案用“；”连起来填。")
        say(sum(_too_many_ways(one) for one in questions), "道填空题每空只导出第一种写法，写法合起来太多。")
    if name in ("gift", "aiken", "xlsx"):
        say(pictures, "道题的图片不会导出。")
    if name in ("xlsx", "docx"):
        say(sum(bool(q.edition) for q in questions), "道题引用的是哪一天的文本不会导出，再导入时按现行文本。")
    if name == "docx":
        say(sum(bool(question.points) for question in questions), "道简答题的采分点不会导出。")
    if name == "docx-paper":
        say(len(questions), "道题的答案和解析不会导出。")
    if name == "xlsx":
        say(
            sum(len(question.options) > len(sheet_out.LETTERS) for question in questions),
            "道题的选项超过八个，第九个起不会导出。",
        )
        say(
            sum(_fills_a_cell(record) for record in records), "道题有一段字太长，一格放不下，后面的不会导出。"
        )
    return found


def _blanks(record: Record) -> int:
    return len(record.answer) if record.kind is Kind.FILL and isinstance(record.answer, tuple) else 0


def _too_many_ways(record: Record) -> bool:
    """Several blanks with so many words each that not every way to fill them is written."""
    if not isinstance(record.answer, tuple) or _blanks(record) < 2:
        return False
    return prod(len(blank) for blank in record.answer) > gift_out.MOST_WAYS


def _fills_a_cell(record: Record) -> bool:
    return any(
        len(words) > sheet_out.MOST_IN_CELL
        for question in record.parts or (record,)
        for words in sheet_out.row_of(question, record.stem if record.parts else "")
    )
