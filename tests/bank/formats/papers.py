"""Papers as people type them: a bank and a layout in, lines of text out; for the tests of the readers."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from studyhall.bank.record import KEYS, Kind, Record, lettered

NOUNS = (
    "村委会",
    "镇政府",
    "派出所",
    "司法所",
    "合作社",
    "网格员",
    "调解员",
    "信访办",
    "档案室",
    "食品店",
    "护林员",
    "牧民",
)
VERBS = ("登记", "受理", "公示", "保管", "上报", "调解", "备案", "送达", "核实", "答复", "移交", "查封")
THINGS = (
    "信访件",
    "涉密文件",
    "承包合同",
    "遗嘱",
    "罚款单",
    "印章",
    "养老金",
    "宅基地证",
    "举报信",
    "监控录像",
    "选票",
    "借条",
)


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """Made-up sentences of a township, each with a number to make it its own."""
    noun, verb, thing = (draw(st.sampled_from(words)) for words in (NOUNS, VERBS, THINGS))
    days = draw(st.integers(2, 400))
    return f"{noun}在{days}日内{verb}{thing}"


@st.composite
def options(draw: st.DrawFn) -> list[str]:
    count = draw(st.integers(3, 5))
    return draw(st.lists(sentences(), min_size=count, max_size=count, unique=True))


@st.composite
def questions(draw: st.DrawFn, kind: Kind) -> Record:
    stem = draw(sentences())
    explanation = draw(st.one_of(st.just(""), sentences().map(lambda words: f"法律规定{words}。")))
    if kind is Kind.JUDGE:
        return Record(kind, f"{stem}。", answer=draw(st.booleans()), explanation=explanation)
    texts = draw(options())
    least, most = (1, 1) if kind is Kind.SINGLE else (2, len(texts))
    chosen = draw(st.lists(st.sampled_from(KEYS[: len(texts)]), min_size=least, max_size=most, unique=True))
    return Record(
        kind, f"关于{stem}，下列说法正确的是（ ）。", lettered(texts), tuple(sorted(chosen)), explanation
    )


@st.composite
def banks(draw: st.DrawFn) -> list[Record]:
    """Two to four sections of one kind each, no stem twice."""
    found: list[Record] = []
    for kind in draw(st.permutations([Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE])):
        found += draw(st.lists(questions(kind), min_size=2, max_size=6, unique_by=lambda record: record.stem))
    stems: set[str] = set()
    return [record for record in found if not (record.stem in stems or stems.add(record.stem))]


@dataclass(frozen=True)
class Layout:
    number: str = "{n}."
    restarts: bool = True
    heading: str = "{cn}、{kind}（每题1分）"
    option: str = "{letter}."
    options: str = "lines"
    """lines, row, pairs, glued, tabs"""
    key: str = "label"
    """label, label-before, bracket, own-line, table, pairs, grid"""
    label: str = "答案：{key}"
    explanation: str = "解析：{words}"
    separator: str = ""
    truths: tuple[str, str] = ("正确", "错误")
    judge_options: str = ""
    """Empty, or the two options as printed."""
    blank_lines: int = 1


NUMBERS = ("{n}.", "{n}、", "{n}．", "{n}. ", "（{n}）", "({n})", "第{n}题 ", "{n}) ", "题目{n}：")
HEADINGS = (
    *("{cn}、{kind}（每题1分）", "{cn}、{kind}", "题型：{kind}", "## {kind}", "（{cn}）{kind}", "{kind}："),
    "【{kind}】",
)
OPTIONS = ("{letter}.", "{letter}、", "{letter}．", "{letter}：", "{letter})", "（{letter}）", "{letter}. ")
LABELS = (
    "答案：{key}",
    "正确答案:{key}",
    "【答案】{key}",
    "参考答案： {key}",
    "标准答案：{key}。",
    "[答案]：{key}",
)


def layouts() -> st.SearchStrategy[Layout]:
    return st.builds(
        Layout,
        number=st.sampled_from(NUMBERS),
        restarts=st.booleans(),
        heading=st.sampled_from(HEADINGS),
        option=st.sampled_from(OPTIONS),
        options=st.sampled_from(["lines", "row", "pairs", "glued", "tabs"]),
        key=st.sampled_from(["label", "label-before", "bracket", "own-line", "table", "pairs", "grid"]),
        label=st.sampled_from(LABELS),
        explanation=st.sampled_from(["解析：{words}", "【解析】{words}", "答案解析：{words}"]),
        truths=st.sampled_from([("正确", "错误"), ("对", "错"), ("√", "×")]),
        judge_options=st.sampled_from(["", "A.正确 B.错误", "A.错误 B.正确", "A、对  B、错"]),
        blank_lines=st.integers(0, 2),
    )


NAMES = {Kind.SINGLE: "单项选择题", Kind.MULTIPLE: "多项选择题", Kind.JUDGE: "判断题"}


@dataclass
class Paper:
    lines: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    """What stands apart; empty where the keys stand with the questions."""

    @property
    def text(self) -> str:
        return "\n".join([*self.lines, *self.keys]) + "\n"


def typed(bank: list[Record], layout: Layout) -> Paper:
    """The paper. Keys of a table go to `keys`, under the same headings."""
    paper = Paper(["2024年度学法考试题库", ""])
    apart = layout.key in ("table", "pairs", "grid")
    if apart:
        paper.keys = ["", "参考答案"]
    number = 0
    sections = [[r for r in bank if r.kind is kind] for kind in dict.fromkeys(r.kind for r in bank)]
    for place, section in enumerate(sections):
        name = NAMES[section[0].kind]
        cn = "一二三四五"[place]
        paper.lines.append(layout.heading.format(cn=cn, kind=name))
        number = 0 if layout.restarts else number
        first = number + 1
        for record in section:
            number += 1
            paper.lines += _question(record, layout, number, apart=apart)
            paper.lines += [""] * layout.blank_lines
        if apart:
            paper.keys.append(f"{cn}、{name}")
            paper.keys += _table(section, layout, first)
    return paper


def _question(record: Record, layout: Layout, number: int, *, apart: bool) -> list[str]:
    key = _key(record, layout)
    stem = record.stem
    own = layout.key if not apart else ""
    if own == "bracket":
        stem = stem.replace("（ ）", f"（ {key} ）") if "（ ）" in stem else f"{stem}（{key}）"
    lines = [layout.number.format(n=number) + stem]
    label = layout.label.format(key=key)
    if own == "label-before":
        lines.append(label)
    lines += _options(record, layout)
    if own == "label" or (own == "own-line" and record.kind is Kind.JUDGE):
        lines.append(label)
    elif own == "own-line":
        lines.append(key)
    if record.explanation and own in ("label", "bracket", "own-line"):
        lines.append(layout.explanation.format(words=record.explanation))
    return lines


def _key(record: Record, layout: Layout) -> str:
    if record.kind is not Kind.JUDGE:
        return "".join(record.answer)  # type: ignore[arg-type]
    if layout.judge_options and layout.key != "bracket":
        printed = layout.judge_options.replace("、", ".")
        true_letter = "A" if printed.startswith(("A.正确", "A.对")) else "B"
        return true_letter if record.answer else ("B" if true_letter == "A" else "A")
    return layout.truths[0] if record.answer else layout.truths[1]


def _options(record: Record, layout: Layout) -> list[str]:
    if record.kind is Kind.JUDGE:
        return [layout.judge_options] if layout.judge_options and layout.key != "bracket" else []
    texts = [layout.option.format(letter=option.key) + option.text for option in record.options]
    if layout.options == "row":
        return ["    ".join(texts)]
    if layout.options == "tabs":
        return ["\t".join(texts)]
    if layout.options == "glued":
        return [texts[0], *("".join(texts[at : at + 2]) for at in range(1, len(texts), 2))]
    if layout.options == "pairs":
        return ["  ".join(texts[at : at + 2]) for at in range(0, len(texts), 2)]
    return texts


def _table(section: list[Record], layout: Layout, first: int) -> list[str]:
    keys = [_key(record, layout) for record in section]
    last = first + len(keys) - 1
    if layout.key == "table":
        if all(len(key) == 1 for key in keys):
            return [f"{first}-{last} {''.join(keys)}"]
        return [f"{first}-{last}：{' '.join(keys)}"]
    if layout.key == "grid":
        return ["\t".join(["题号", *map(str, range(first, last + 1))]), "\t".join(["答案", *keys])]
    return ["  ".join(f"{first + at}.{key}" for at, key in enumerate(keys))]
