"""A bank out: one name a format, and what each cannot hold, said before anybody downloads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from studyhall.bank.counting import questions_in
from studyhall.bank.formats import aiken, gift, json_bank, moodle, qti_2, sheet_out, word_out
from studyhall.bank.record import Kind, Record


@dataclass(frozen=True)
class Format:
    name: str
    title: str
    ending: str
    media_type: str
    write: Callable[[Sequence[Record]], bytes]


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
        Format("gift", "GIFT", ".txt", "text/plain", lambda records: gift.write(records).encode("utf-8")),
        Format("aiken", "Aiken", ".txt", "text/plain", lambda records: aiken.write(records).encode("utf-8")),
        Format("moodle", "Moodle XML", ".xml", "application/xml", moodle.write),
        Format("qti", "QTI 2.1", ".zip", "application/zip", qti_2.write),
        Format("json", "JSON", ".json", "application/json", lambda rs: json_bank.write(rs).encode("utf-8")),
    )
}


def losses(records: Sequence[Record], name: str) -> list[str]:
    """Sentences for the page: what a bank loses in this format. JSON loses nothing."""
    questions = list(questions_in(records))
    found = []

    def say(count: int, words: str) -> None:
        if count:
            found.append(f"{count}{words}")

    cases = sum(record.kind is Kind.CASE for record in records)
    pictures = sum(bool(question.pictures) for question in questions)
    beside = sum(bool(q.law or q.cites or q.difficulty) for q in questions)
    points = sum(bool(question.points) for question in questions)
    blanks = sum(isinstance(q.answer, tuple) and q.kind is Kind.FILL and len(q.answer) > 1 for q in questions)
    if name in ("gift", "aiken", "moodle"):
        say(cases, "道案例题会拆成单独的小题，材料写在每个小题前面。")
    if name == "aiken":
        say(sum(question.kind is not Kind.SINGLE for question in questions), "道不是单选题，不会导出。")
        say(sum(bool(question.explanation) for question in questions), "道题的解析不会导出。")
        say(beside, "道题的法律、条文、难度不会导出。")
    if name in ("gift", "moodle"):
        say(blanks, "道多空的填空题会变成一个空，答案用“；”连起来。")
    if name in ("gift", "aiken", "xlsx"):
        say(pictures, "道题的图片不会导出。")
    if name == "gift":
        say(sum(q.kind is Kind.SHORT and bool(q.answer) for q in questions), "道简答题的参考答案不会导出。")
    if name in ("gift", "aiken", "moodle", "qti", "docx", "docx-paper"):
        say(points, "道简答题的采分点不会导出。")
    if name in ("docx", "docx-paper"):
        say(beside, "道题的法律、条文、难度不会导出。")
    if name == "docx-paper":
        say(len(questions), "道题的答案和解析不会导出。")
    if name == "xlsx":
        say(
            sum(len(question.options) > len(sheet_out.LETTERS) for question in questions),
            "道题的选项超过八个。",
        )
    return found
