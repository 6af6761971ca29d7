"""Papers as people type them: a bank and a layout in, lines of text out; for the tests of the readers."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from studyhall.bank.record import KEYS, Kind, Record, lettered
from studyhall.core.citations import to_chinese

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

FILLED = ("书面", "县政府", "15日", "三分之二", "村民会议", "口头", "二十")


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
    if kind is Kind.FILL:
        words = draw(st.lists(st.sampled_from(FILLED), min_size=1, max_size=3))
        blanks = "，".join(f"{verb}____" for verb, _word in zip(VERBS, words, strict=False))
        return Record(
            kind, f"{stem}，{blanks}。", answer=tuple((word,) for word in words), explanation=explanation
        )
    if kind is Kind.SHORT:
        points = draw(st.lists(sentences(), min_size=1, max_size=4))
        return Record(kind, f"{stem}，怎么办？", answer=_points(points), explanation=explanation)
    texts = draw(options())
    least, most = (1, 1) if kind is Kind.SINGLE else (2, len(texts))
    chosen = draw(st.lists(st.sampled_from(KEYS[: len(texts)]), min_size=least, max_size=most, unique=True))
    return Record(
        kind, f"关于{stem}，下列说法正确的是（ ）。", lettered(texts), tuple(sorted(chosen)), explanation
    )


def _points(points: list[str]) -> str:
    """One sentence, or points with numbers of their own."""
    if len(points) == 1:
        return f"{points[0]}。"
    return "\n".join(f"（{n}）{point}；" for n, point in enumerate(points, 1))


@st.composite
def banks(draw: st.DrawFn) -> list[Record]:
    """Three to five sections of one kind each, no stem twice."""
    found: list[Record] = []
    others = draw(st.lists(st.sampled_from([Kind.FILL, Kind.SHORT]), unique=True))
    for kind in [*draw(st.permutations([Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE])), *others]:
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
    """label, label-before, bracket, own-line, underscores, at-option, sat: with the question.

    table, pairs, apart, grid: at the end. section-line, section-grid: with the section.
    """
    label: str = "答案：{key}"
    explanation: str = "解析：{words}"
    separator: str = ""
    truths: tuple[str, str] = ("正确", "错误")
    judge_options: str = ""
    """Empty, or the two options as printed."""
    blank_lines: int = 1
    tagged: bool = False
    """The kind before each stem, no headings."""
    footer: str = ""


NUMBERS = (
    "{n}.",
    "{n}、",
    "{n}．",
    "{n}. ",
    "（{n}）",
    "({n})",
    "第{n}题 ",
    "{n}) ",
    "题目{n}：",
    "No.{n} ",
    "【{n}】",
    "第{cn}题 ",
)
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
        key=st.sampled_from(
            [
                "label",
                "label-before",
                "bracket",
                "own-line",
                "underscores",
                "at-option",
                "sat",
                "table",
                "pairs",
                "apart",
                "grid",
                "section-line",
                "section-grid",
            ]
        ),
        label=st.sampled_from(LABELS),
        explanation=st.sampled_from(["解析：{words}", "【解析】{words}", "答案解析：{words}"]),
        truths=st.sampled_from([("正确", "错误"), ("对", "错"), ("√", "×")]),
        judge_options=st.sampled_from(["", "A.正确 B.错误", "A.错误 B.正确", "A、对  B、错"]),
        blank_lines=st.integers(0, 2),
        tagged=st.booleans(),
        footer=st.sampled_from(["", "", "内部资料 请勿外传"]),
    )


NAMES = {
    Kind.SINGLE: "单项选择题",
    Kind.MULTIPLE: "多项选择题",
    Kind.JUDGE: "判断题",
    Kind.FILL: "填空题",
    Kind.SHORT: "简答题",
}
APART = ("table", "pairs", "apart", "grid")
BY_SECTION = ("section-line", "section-grid")
IN_WORDS = (Kind.FILL, Kind.SHORT)


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
    apart = layout.key in APART
    tagged = layout.tagged and not apart and layout.key not in BY_SECTION
    if apart:
        paper.keys = ["", "参考答案"]
    number = 0
    sections = [[r for r in bank if r.kind is kind] for kind in dict.fromkeys(r.kind for r in bank)]
    for place, section in enumerate(sections):
        name = NAMES[section[0].kind]
        cn = "一二三四五"[place]
        if not tagged:
            paper.lines.append(layout.heading.format(cn=cn, kind=name))
        number = 0 if layout.restarts and not tagged else number
        first = number + 1
        if layout.key == "section-grid" and section[0].kind not in IN_WORDS:
            paper.lines += _grid(section, layout, first)
        for record in section:
            number += 1
            lead = layout.number.format(n=number, cn=to_chinese(number)) + (f"【{name}】" if tagged else "")
            paper.lines += _question(record, layout, lead)
            paper.lines += [""] * layout.blank_lines
        if layout.key == "section-line" and section[0].kind not in IN_WORDS:
            paper.lines.append(f"{name}答案：" + "  ".join(_pairs(section, layout, first)))
        if apart:
            paper.keys.append(f"{cn}、{name}")
            paper.keys += _table(section, layout, first)
    if paper.lines.count(layout.footer) < 5:  # fewer might be words of somebody
        paper.lines = [line for line in paper.lines if line != layout.footer or not line]
    return paper


def _question(record: Record, layout: Layout, lead: str) -> list[str]:
    key = _key(record, layout)
    stem = record.stem
    own = _way(record, layout)
    if own == "bracket":
        stem = stem.replace("（ ）", f"（ {key} ）") if "（ ）" in stem else f"{stem}（{key}）"
    elif own == "underscores":
        stem = stem.replace("（ ）", f"__{key}__")
    lines = [lead + stem]
    label = layout.label.format(key=key).replace("。。", "。").replace("；。", "；")
    if own == "label-before":
        lines.append(label)
    lines += _options(record, layout, ticked=own == "at-option")
    if own == "sat":
        lines += [f"我的答案：{'对' if record.kind is Kind.JUDGE else 'A'}", "2.0分"]
    if own in ("label", "sat"):
        lines.append(label)
    elif own == "own-line":
        lines.append(key)
    explained = record.explanation and own in ("label", "bracket", "own-line", "sat")
    if explained:
        lines.append(layout.explanation.format(words=record.explanation))
    if layout.footer and own in ("label", "sat") and not explained and record.kind not in IN_WORDS:
        lines.append(layout.footer)
    return lines


def _way(record: Record, layout: Layout) -> str:
    """Where the key of this question stands: not every layout can hold every kind."""
    if layout.key in APART:
        return ""
    if record.kind in IN_WORDS:
        return "label"
    if layout.key in BY_SECTION:
        return ""
    if record.kind is Kind.JUDGE and layout.key in ("own-line", "underscores"):
        return "label"
    return layout.key


def _key(record: Record, layout: Layout) -> str:
    if record.kind is Kind.FILL:
        return "；".join(blank[0] for blank in record.answer)  # type: ignore[union-attr]
    if record.kind is Kind.SHORT:
        return str(record.answer)
    if record.kind is not Kind.JUDGE:
        return "".join(record.answer)  # type: ignore[arg-type]
    if layout.judge_options and layout.key not in ("bracket", "at-option"):
        printed = layout.judge_options.replace("、", ".")
        true_letter = "A" if printed.startswith(("A.正确", "A.对")) else "B"
        return true_letter if record.answer else ("B" if true_letter == "A" else "A")
    return layout.truths[0] if record.answer else layout.truths[1]


def _options(record: Record, layout: Layout, *, ticked: bool) -> list[str]:
    if record.kind is Kind.JUDGE and ticked:
        return [f"{word}（正确答案）" if word == _key(record, layout) else word for word in layout.truths]
    if record.kind is Kind.JUDGE:
        return [layout.judge_options] if layout.judge_options and layout.key != "bracket" else []
    right: tuple[str, ...] = record.answer if ticked and isinstance(record.answer, tuple) else ()  # type: ignore[assignment]
    texts = [
        layout.option.format(letter=option.key)
        + option.text
        + ("（正确答案）" if option.key in right else "")
        for option in record.options
    ]
    if layout.options == "row":
        return ["    ".join(texts)]
    if layout.options == "tabs":
        return ["\t".join(texts)]
    if layout.options == "glued":
        return [texts[0], *("".join(texts[at : at + 2]) for at in range(1, len(texts), 2))] if texts else []
    if layout.options == "pairs":
        return ["  ".join(texts[at : at + 2]) for at in range(0, len(texts), 2)]
    return texts


def _table(section: list[Record], layout: Layout, first: int) -> list[str]:
    keys = [_key(record, layout) for record in section]
    last = first + len(keys) - 1
    if section[0].kind in IN_WORDS:
        return [f"{first + at}.{key}" for at, key in enumerate(keys)]
    if layout.key == "table":
        if all(len(key) == 1 for key in keys):
            return [f"{first}-{last} {''.join(keys)}"]
        return [f"{first}-{last}：{' '.join(keys)}"]
    if layout.key == "grid":
        return _grid(section, layout, first)
    return ["  ".join(_pairs(section, layout, first))]


def _pairs(section: list[Record], layout: Layout, first: int) -> list[str]:
    apart = layout.key == "apart" and section[0].kind is not Kind.JUDGE
    keys = [_key(record, layout) for record in section]
    return [f"{first + at}.{' '.join(key) if apart else key}" for at, key in enumerate(keys)]


def _grid(section: list[Record], layout: Layout, first: int) -> list[str]:
    numbers = map(str, range(first, first + len(section)))
    return ["\t".join(["题号", *numbers]), "\t".join(["答案", *(_key(record, layout) for record in section)])]
