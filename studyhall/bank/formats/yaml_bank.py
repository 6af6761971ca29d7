"""Our own bank: question_bank/<law>/*.yaml as DESIGN.md §6 fixes it, each question with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from studyhall.bank.formats.yaml_companions import (
    ContentsFile,
    GistsFile,
    KeyPointsFile,
    read_contents,
    read_gists,
    read_key_points,
)
from studyhall.bank.formats.yaml_nodes import Fault, Fields, Page, compose, line_of
from studyhall.bank.record import Answer, Kind, Option, Place, Point, Record
from studyhall.core.citations import parse_citation, short_title

KINDS = {kind.value: kind for kind in Kind if kind is not Kind.OTHER}
BLANK = re.compile(r"_{2,}|＿{2,}")

_HEAD = ("law", "edition", "articles", "part", "questions")
_QUESTION = (
    *("id", "kind", "difficulty", "cites", "stem", "options", "answer", "points", "explanation"),
    "questions",
)
_EVERY_QUESTION = ("id", "kind", "difficulty", "cites", "stem", "answer", "explanation")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class QuestionFile:
    """One file of questions. What its faults made unreadable is not among the records."""

    file: str
    law: str
    edition: str
    articles: int
    part: str
    records: tuple[Record, ...]


@dataclass
class Bank:
    """A whole directory. `faults` are those of form; what the questions say is for the check to judge."""

    files: list[QuestionFile] = field(default_factory=list)
    key_points: list[KeyPointsFile] = field(default_factory=list)
    gists: list[GistsFile] = field(default_factory=list)
    contents: list[ContentsFile] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def records(self) -> Iterator[Record]:
        for file in self.files:
            yield from file.records


def read_bank(directory: Path) -> Bank:
    """Every .yaml below `directory`, in the order of their names."""
    bank = Bank()
    paths = sorted(path for suffix in ("*.yaml", "*.yml") for path in directory.rglob(suffix))
    for path in paths:
        page = Page(path.relative_to(directory).as_posix())
        root = compose(page, path)
        if root is not None:
            _file_into(bank, page, path.stem, root)
        bank.faults.extend(page.faults)
    return bank


def _file_into(bank: Bank, page: Page, stem: str, root: yaml.Node) -> None:
    if stem.startswith("key_points"):
        bank.key_points.append(read_key_points(page, root))
    elif stem.startswith("gists"):
        bank.gists.append(read_gists(page, root))
    elif stem.startswith("contents"):
        bank.contents.append(read_contents(page, root))
    else:
        bank.files.append(read_questions(page, root))


def read_questions(page: Page, root: yaml.Node) -> QuestionFile:
    head = Fields(page, root, _HEAD, ("law", "edition", "articles", "questions"), "文件开头")
    law = head.text("law")
    if law != short_title(law):
        head.refuse(line_of(head.nodes["law"]), f"law 写简称“{short_title(law)}”，不写“{law}”。")
    edition = head.text("edition")
    if edition and not _is_day(edition):
        head.refuse(
            line_of(head.nodes["edition"]), f"edition 应当是 2021-01-01 这样的日期，这里是“{edition}”。"
        )
    articles = head.number("articles", 1, 9999) or 0
    reader = _Questions(page, law, edition)
    records = tuple(filter(None, (reader.question(node) for node in head.items("questions"))))
    return QuestionFile(page.file, law, edition, articles, head.text("part"), records)


class _Questions:
    """The questions of one file; each method reads one piece of a question."""

    def __init__(self, page: Page, law: str, edition: str) -> None:
        self.page, self.law, self.edition = page, law, edition

    def question(self, node: yaml.Node, *, is_part: bool = False) -> Record | None:
        kind = _kind_named(node)
        required = ("id", "stem", "questions") if kind is Kind.CASE else _EVERY_QUESTION
        fields = Fields(self.page, node, _QUESTION, required, "试题")
        if not fields.nodes:
            return None
        if kind is None or (is_part and kind is Kind.CASE):
            self._refuse_kind(fields, is_part)
            return None
        if not _ID.fullmatch(fields.id or "x"):
            fields.refuse(fields.line, f"id 只用字母、数字、点和连字符，这里是“{fields.id}”。")
        record = Record(
            kind=kind,
            stem=fields.text("stem"),
            options=self._options(fields, kind),
            answer=self._answer(fields, kind),
            explanation=fields.text("explanation"),
            place=Place(file=self.page.file, line=fields.line),
            id=fields.id or "",
            law=self.law,
            edition=self.edition,
            cites=self._cites(fields),
            difficulty=fields.number("difficulty", 1, 3),
            points=self._points(fields, kind),
            parts=self._parts(fields, kind),
        )
        return record if fields.whole else None

    def _refuse_kind(self, fields: Fields, is_part: bool) -> None:
        kind = fields.text("kind")
        if is_part and kind == "case":
            fields.refuse(fields.line, "案例里的小题不能又是案例。")
        elif kind:
            fields.refuse(line_of(fields.nodes["kind"]), f"没有“{kind}”这种题型，只有 {'、'.join(KINDS)}。")

    def _options(self, fields: Fields, kind: Kind) -> tuple[Option, ...]:
        node = fields.nodes.get("options")
        if kind not in (Kind.SINGLE, Kind.MULTIPLE):
            if node is not None:
                fields.refuse(line_of(node), f"{kind.value} 没有 options。")
            return ()
        if node is None:
            fields.refuse(fields.line, "试题缺少 options。")
            return ()
        texts = Fields(self.page, node, "ABCDEFGH", (), "选项")
        texts.id = fields.id
        options = tuple(Option(key, texts.text(key)) for key in texts.nodes)
        if texts.whole and "".join(texts.nodes) != "ABCDEFGH"[: len(options)]:
            texts.refuse(texts.line, f"选项应当从 A 起按顺序排，这里是 {''.join(texts.nodes)}。")
        if texts.whole and len(options) < 2:
            texts.refuse(texts.line, "选项至少要有两个。")
        for option in options:
            if not option.text:
                texts.refuse(line_of(texts.nodes[option.key]), f"选项 {option.key} 是空的。")
        fields.whole = fields.whole and texts.whole
        return options

    def _answer(self, fields: Fields, kind: Kind) -> Answer:
        if kind is Kind.CASE:
            if "answer" in fields.nodes:
                fields.refuse(line_of(fields.nodes["answer"]), "案例本身没有 answer，答案写在小题里。")
            return None
        if kind is Kind.FILL:
            return self._blanks(fields)
        words = fields.text("answer")
        if not words:
            return None
        line = line_of(fields.nodes["answer"])
        if kind is Kind.JUDGE:
            if words not in ("true", "false"):
                fields.refuse(line, f"判断题的答案是 true 或 false，这里是“{words}”。")
            return words == "true"
        if kind is Kind.SHORT:
            return words
        if not re.fullmatch(r"[A-Z]+", words) or len(set(words)) != len(words):
            fields.refuse(line, f"答案写选项的字母，如 B 或 ABD，这里是“{words}”。")
        return tuple(sorted(words))

    def _blanks(self, fields: Fields) -> Answer:
        blanks = []
        for node in fields.items("answer"):
            accepted = node.value if isinstance(node, yaml.SequenceNode) else []
            texts = [part.value.strip() for part in accepted if isinstance(part, yaml.ScalarNode)]
            if not texts or len(texts) != len(accepted) or not all(texts):
                fields.refuse(line_of(node), '填空题的答案是每空一个列表，如 [[六十, "60"], [书面]]。')
            blanks.append(tuple(texts))
        asked = len(BLANK.findall(fields.text("stem")))
        if fields.whole and asked != len(blanks):
            fields.refuse(fields.line, f"题干有 {asked} 处空（____），答案有 {len(blanks)} 处。")
        return tuple(blanks)

    def _cites(self, fields: Fields) -> tuple[str, ...]:
        cites = fields.texts("cites")
        for words in cites:
            if parse_citation(words) is None:
                fields.refuse(
                    line_of(fields.nodes["cites"]),
                    f"“{words}”不是条文的写法，应当像“第二十八条第三项”或“《民法典》第十条”。",
                )
        if "cites" in fields.nodes and fields.whole and not cites:
            fields.refuse(line_of(fields.nodes["cites"]), "cites 至少要有一条。")
        return cites

    def _points(self, fields: Fields, kind: Kind) -> tuple[Point, ...]:
        points = []
        if "points" in fields.nodes and kind is not Kind.SHORT:
            fields.refuse(line_of(fields.nodes["points"]), f"{kind.value} 没有 points，只有 short 有。")
        for node in fields.items("points"):
            point = Fields(self.page, node, ("text", "worth"), ("text", "worth"), "采分点")
            point.id = fields.id
            points.append(Point(point.text("text"), point.number("worth", 1, 100) or 0))
            fields.whole = fields.whole and point.whole
        return tuple(points)

    def _parts(self, fields: Fields, kind: Kind) -> tuple[Record, ...]:
        if kind is not Kind.CASE:
            if "questions" in fields.nodes:
                fields.refuse(line_of(fields.nodes["questions"]), "只有案例（case）有 questions。")
            return ()
        nodes = list(fields.items("questions"))
        if fields.whole and not 2 <= len(nodes) <= 4:
            fields.refuse(fields.line, f"案例要有二到四个小题，这里有 {len(nodes)} 个。")
        return tuple(filter(None, (self.question(node, is_part=True) for node in nodes)))


def _kind_named(node: yaml.Node) -> Kind | None:
    """Looked at before the rest: what a question must have depends on it."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if (
                isinstance(key, yaml.ScalarNode)
                and key.value == "kind"
                and isinstance(value, yaml.ScalarNode)
            ):
                return KINDS.get(value.value.strip())
    return None


def _is_day(words: str) -> bool:
    try:
        return date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False
