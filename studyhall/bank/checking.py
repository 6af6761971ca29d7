"""Whether our own bank may go out: every fault and warning of DESIGN.md §6, and what it holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from studyhall.bank.counting import kind_counts, questions_in
from studyhall.bank.formats.yaml_bank import Bank, QuestionFile, read_bank
from studyhall.bank.formats.yaml_nodes import Fault
from studyhall.bank.giveaways import warnings_of_law
from studyhall.bank.record import KIND_NAMES, Kind, Record, question_hash
from studyhall.core.citations import find_citations, parse_citation


@dataclass
class LawInBank:
    """One law of the bank: all its files together."""

    law: str
    edition: str
    articles: int
    folder: str
    records: list[Record] = field(default_factory=list)
    key_points: int = 0

    @property
    def questions(self) -> list[Record]:
        """Parts of cases for themselves, the cases not."""
        return list(questions_in(self.records))


@dataclass
class BankReport:
    laws: list[LawInBank]
    faults: list[Fault]
    warnings: list[Fault]
    cited: dict[str, set[int]]
    """Per law the articles that some question of the bank cites."""

    @property
    def ok(self) -> bool:
        return not self.faults

    def to_json(self) -> dict[str, Any]:
        """The document of `bank check --json` in CONTRACTS.md."""
        return {
            "ok": self.ok,
            "laws": [self._law_json(law) for law in self.laws],
            "faults": [fault.to_json() for fault in self.faults],
            "warnings": [warning.to_json() for warning in self.warnings],
        }

    def _law_json(self, law: LawInBank) -> dict[str, Any]:
        levels = Counter(question.difficulty for question in law.questions)
        counts = kind_counts(law.records)
        cited = self.cited.get(law.law, set())
        return {
            "law": law.law,
            "edition": law.edition,
            "articles": law.articles,
            "total": len(law.questions),
            "by_kind": counts,
            "by_difficulty": {str(level): levels[level] for level in (1, 2, 3)},
            "cases": counts["case"],
            "key_points": law.key_points,
            "articles_without_question": [n for n in range(1, law.articles + 1) if n not in cited],
        }

    def lines(self) -> Iterator[str]:
        """For people, file by file: all faults at once, then the warnings."""
        yield from _by_file(self.faults, "处错误")
        yield from _by_file(self.warnings, "处提醒")
        if self.ok:
            total = sum(len(law.questions) for law in self.laws)
            yield f"题库没有错误：{len(self.laws)} 部法律，{total} 道题。"


def _by_file(faults: Iterable[Fault], counted: str) -> Iterator[str]:
    grouped = defaultdict(list)
    for fault in faults:
        grouped[fault.file].append(fault)
    for file, found in grouped.items():
        yield f"{file} 有 {len(found)} {counted}。"
        yield from (f"  {fault}" for fault in found)


def check_bank(directory: Path) -> BankReport:
    """Reads and judges every file below `directory`; never raises for what a file says."""
    return judge_bank(read_bank(directory), directory.name)


def judge_bank(bank: Bank, name: str = "question_bank") -> BankReport:
    faults = list(bank.faults)
    if not bank.files and not faults:
        faults.append(Fault(name, None, None, "form", "这个目录里没有试题文件（*.yaml）。"))
    laws = _laws(bank, faults)
    faults += _doubled_ids(bank)
    faults += _doubled_questions(bank)
    for record in bank.records():
        faults += (fault for question in (record, *record.parts) for fault in _answer_faults(question))
    cited: dict[str, set[int]] = defaultdict(set)
    counts = {law.law: law.articles for law in laws}
    faults += _citation_faults(bank, counts, cited)
    faults += _companion_faults(bank, counts)
    warnings: list[Fault] = []
    for law in laws:
        faults += _judges_all_true(law)
        warnings += warnings_of_law(law.law, law.folder, law.questions)
    faults.sort(key=lambda fault: (fault.file, fault.line or 0))
    return BankReport(laws, faults, warnings, cited)


def _laws(bank: Bank, faults: list[Fault]) -> list[LawInBank]:
    laws: dict[str, LawInBank] = {}
    for file in bank.files:
        if not file.law:
            continue
        folder = str(PurePosixPath(file.file).parent)
        law = laws.setdefault(file.law, LawInBank(file.law, file.edition, file.articles, folder))
        law.records.extend(file.records)
        faults += _head_differs(law, file)
    for cards in bank.key_points:
        if cards.law in laws:
            laws[cards.law].key_points += len(cards.points)
    return list(laws.values())


def _head_differs(law: LawInBank, file: QuestionFile) -> Iterator[Fault]:
    for name, here, there in (
        ("edition", file.edition, law.edition),
        ("articles", file.articles, law.articles),
    ):
        if here != there:
            message = f"《{law.law}》的 {name} 这里是 {here}，同一部法律的别的文件里是 {there}。"
            yield Fault(file.file, 1, None, "form", message)


def _answer_faults(question: Record) -> Iterator[Fault]:
    def fault(rule: str, message: str) -> Fault:
        return fault_at(question, rule, message)

    if question.kind not in (Kind.SINGLE, Kind.MULTIPLE) or not isinstance(question.answer, tuple):
        return
    keys = [str(key) for key in question.answer]
    unknown = "".join(key for key in keys if key not in question.keys)
    if unknown:
        have = f"{question.keys[0]} 到 {question.keys[-1]}" if question.keys else "没有"
        yield fault("answer-names-no-option", f"答案是 {''.join(keys)}，选项只有 {have}。")
    if question.kind is Kind.SINGLE and len(keys) > 1:
        yield fault("single-with-several", f"单选题有 {len(keys)} 个答案（{''.join(keys)}），只能有一个。")
    if question.kind is Kind.MULTIPLE and len(keys) == 1:
        yield fault("multiple-with-one", f"多选题只有一个答案（{keys[0]}），至少要有两个。")


def _doubled_ids(bank: Bank) -> Iterator[Fault]:
    first: dict[str, Record] = {}
    for record in bank.records():
        for question in (record, *record.parts):
            before = first.setdefault(question.id, question)
            if before is not question:
                yield fault_at(question, "doubled-id", f"编号与 {where(before)} 重复。")
    cards: dict[str, str] = {}
    for file in bank.key_points:
        for point in file.points:
            place = f"{file.file} 第 {point.place.line} 行"
            if point.id in cards:
                message = f"要点编号与 {cards[point.id]} 重复。"
                yield Fault(file.file, point.place.line, point.id, "doubled-id", message)
            cards.setdefault(point.id, place)


def _doubled_questions(bank: Bank) -> Iterator[Fault]:
    """Parts are compared within their case only: 下面哪种说法正确？ may stand in two stories."""
    seen: dict[str, Record] = {}
    for record in bank.records():
        groups = [(seen, [record])]
        if record.parts:
            groups.append(({}, list(record.parts)))
        for known, questions in groups:
            for question in questions:
                before = known.setdefault(question_hash(question), question)
                if before is not question:
                    message = f"题干和选项与 {where(before)} {before.id} 相同。"
                    yield fault_at(question, "doubled-question", message)


def _citation_faults(bank: Bank, articles: dict[str, int], cited: dict[str, set[int]]) -> Iterator[Fault]:
    """`cited` is filled on the way. Of a law that is not in the bank nothing can be said."""
    for record in bank.records():
        for question in (record, *record.parts):
            for words in question.cites:
                citation = parse_citation(words)
                if citation is None:
                    continue
                law = citation.law or question.law
                cited[law].add(citation.article)
                if _beyond(citation.article, articles.get(law)):
                    yield fault_at(
                        question, "no-such-article", no_such_article(law, citation.article, articles[law])
                    )
            for citation in find_citations(question.explanation):
                law = citation.law or ""
                if _beyond(citation.article, articles.get(law)):
                    message = "解析里：" + no_such_article(law, citation.article, articles[law])
                    yield fault_at(question, "no-such-article", message)


def _companion_faults(bank: Bank, articles: dict[str, int]) -> Iterator[Fault]:
    for cards in bank.key_points:
        for point in cards.points:
            for words in point.cites:
                citation = parse_citation(words)
                law = (citation.law if citation else None) or cards.law
                if citation and _beyond(citation.article, articles.get(law)):
                    message = no_such_article(law, citation.article, articles[law])
                    yield Fault(cards.file, point.place.line, point.id, "no-such-article", message)
    explained: dict[tuple[str, int], str] = {}
    for gists in bank.gists:
        for gist in gists.gists:
            line = gist.place.line
            if _beyond(gist.article, articles.get(gists.law)):
                message = no_such_article(gists.law, gist.article, articles[gists.law])
                yield Fault(gists.file, line, None, "no-such-article", message)
            before = explained.setdefault((gists.law, gist.article), f"{gists.file} 第 {line} 行")
            if before != f"{gists.file} 第 {line} 行":
                message = f"第 {gist.article} 条的条旨与 {before} 重复。"
                yield Fault(gists.file, line, None, "doubled-id", message)


def _judges_all_true(law: LawInBank) -> Iterator[Fault]:
    judges = [question for question in law.questions if question.kind is Kind.JUDGE]
    if len(judges) >= 4 and all(question.answer is True for question in judges):
        message = (
            f"《{law.law}》的 {len(judges)} 道{KIND_NAMES[Kind.JUDGE]}答案全是“正确”，至少要有一道是错的。"
        )
        yield Fault(law.folder, None, None, "judges-all-true", message)


def _beyond(article: int, articles: int | None) -> bool:
    return bool(articles) and article > (articles or 0)


def no_such_article(law: str, article: int, articles: int) -> str:
    return f"《{law}》没有第 {article} 条（共 {articles} 条）。"


def where(question: Record) -> str:
    return f"{question.place.file} 第 {question.place.line} 行"


def fault_at(question: Record, rule: str, message: str) -> Fault:
    return Fault(question.place.file or "", question.place.line, question.id or None, rule, message)
