"""YAML as it was written, every value a string with its line, and faults said in words.

PyYAML's safe loader makes `no` False and `12:30` 750; here a schema converts what it expects and says
where it found something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_KIND_WORDS = {yaml.ScalarNode: "一个值", yaml.SequenceNode: "一个列表", yaml.MappingNode: "一组“键: 值”"}


@dataclass(frozen=True)
class Fault:
    """What is wrong, where; the same shape serves for warnings."""

    file: str
    line: int | None
    id: str | None
    rule: str
    message: str

    def to_json(self) -> dict[str, str | int | None]:
        return {
            "file": self.file,
            "line": self.line,
            "id": self.id,
            "rule": self.rule,
            "message": self.message,
        }

    def __str__(self) -> str:
        """第 14 行 minfadian-1042-1：答案是 E，选项只有 A 到 D。"""
        where = " ".join(word for word in (f"第 {self.line} 行" if self.line else "", self.id or "") if word)
        return f"{where}：{self.message}" if where else self.message


@dataclass
class Page:
    """One file being read: its name and what was found wrong in it so far."""

    file: str
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int | None, message: str, id: str | None = None, rule: str = "form") -> None:
        self.faults.append(Fault(self.file, line, id or None, rule, message))


class Fields:
    """A mapping node by key. A key doubled or not expected is a fault; so is one required and not there."""

    def __init__(
        self, page: Page, node: yaml.Node, known: Iterable[str], required: Iterable[str], name: str
    ) -> None:
        self.page, self.name, self.line = page, name, line_of(node)
        self.id: str | None = None
        self.nodes: dict[str, yaml.Node] = {}
        self.whole = True
        if not isinstance(node, yaml.MappingNode):
            self.refuse(self.line, f"{name}应当是一组“键: 值”，这里是{_KIND_WORDS[type(node)]}。")
            return
        self._take(node, frozenset(known))
        for key in required:
            if self._empty(key):
                self.refuse(self.line, f"{name}缺少 {key}。")

    def _take(self, node: yaml.MappingNode, known: frozenset[str]) -> None:
        named = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
        if isinstance(named.get("id"), yaml.ScalarNode):
            self.id = named["id"].value or None
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.refuse(line_of(key), f"{self.name}的键应当是一个词。")
            elif key.value in self.nodes:
                self.refuse(line_of(key), f"{self.name}里 {key.value} 写了两次。")
            elif key.value not in known:
                self.refuse(line_of(key), f"{self.name}没有 {key.value} 这个键。")
            else:
                self.nodes[key.value] = value

    def _empty(self, key: str) -> bool:
        node = self.nodes.get(key)
        return node is None or (isinstance(node, yaml.ScalarNode) and not node.value.strip())

    def refuse(self, line: int | None, message: str) -> None:
        self.whole = False
        self.page.fault(line, message, self.id)

    def text(self, key: str) -> str:
        """Stripped; empty where the key is not there."""
        node = self.nodes.get(key)
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode):
            self.refuse(line_of(node), f"{key} 应当是一个值，这里是{_KIND_WORDS[type(node)]}。")
            return ""
        return str(node.value).strip()

    def number(self, key: str, least: int, most: int) -> int | None:
        words = self.text(key)
        if not words:
            return None
        if words.isascii() and words.isdigit() and least <= int(words[:9]) <= most:
            return int(words)
        self.refuse(line_of(self.nodes[key]), f"{key} 应当是 {least} 到 {most} 的整数，这里是“{words}”。")
        return None

    def items(self, key: str) -> Iterator[yaml.Node]:
        node = self.nodes.get(key)
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            self.refuse(line_of(node), f"{key} 应当是一个列表，这里是{_KIND_WORDS[type(node)]}。")
            return
        yield from node.value

    def texts(self, key: str) -> tuple[str, ...]:
        found = []
        for node in self.items(key):
            if isinstance(node, yaml.ScalarNode) and node.value.strip():
                found.append(node.value.strip())
            else:
                self.refuse(line_of(node), f"{key} 的每一项应当是一个不空的值。")
        return tuple(found)


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def compose(page: Page, path: Path) -> yaml.Node | None:
    """The root of the file; None and a fault where it is no YAML, no UTF-8, empty or uses references.

    References (`*name`) are refused: nobody needs them here, and nested ones make a file explode.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        page.fault(None, f"文件不是 UTF-8 编码（第 {error.start + 1} 个字节起读不懂）。")
        return None
    try:
        for token in yaml.scan(text, Loader=_LOADER):
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
                mark = token.start_mark
                page.fault(mark.line + 1, "这里不能用 YAML 的引用（& 和 *），请把内容写全或者加引号。")
                return None
        root = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        page.fault(mark.line + 1 if mark else None, f"YAML 写法不对：{_in_words(error)}。")
        return None
    if root is None:
        page.fault(None, "文件是空的。")
    return root


_YAML_WORDS = {
    "mapping values are not allowed": "冒号后面又有冒号，或者缩进不对；值里有冒号时请加引号",
    "could not find expected ':'": "缺少冒号，或者上一行的引号没有关",
    "expected <block end>": "缩进和上面的不一致",
    "found character that cannot start": "值以特殊字符开头，请加引号",
    "found unexpected end of stream": "引号或括号没有关",
    "did not find expected": "缩进、括号或引号不对",
    "found a tab": "缩进里有制表符，请用空格",
}


def _in_words(error: Exception) -> str:
    problem = str(getattr(error, "problem", "") or error)
    return next((words for start, words in _YAML_WORDS.items() if start in problem), problem)
