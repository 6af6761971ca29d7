"""The small rules of the text grammar: what one line can be. Each has a name that records keep.

A line is looked at alone here; what it is in its file is decided later, with all lines in view.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from studyhall.bank.answers import kind_of, letters_of, truth_of
from studyhall.bank.record import Kind
from studyhall.core.citations import from_chinese

_CN = "一二三四五六七八九十百"
_KIND_NAME = (
    r"(?:[ABCXＡＢＣＸ][1-4]?型(?:单选|多选|选择)?|单项选择|多项选择|不定项选择|单选|多选|不定项|双选|非选择|选择|判断|是非|对错|正误判断|判断改错|辨析|填空|简答|问答|论述|"
    r"名词解释|改错|公文改错|案例分析|案例|共用题干|材料分析|材料解析|材料|综合分析|综合|情景分析|情境|分析|写作|计算|匹配|连线|排序|主观|"
    r"实务|思考|应用|解答|阅读理解|法律文书)"
)
_LEAD = (
    rf"(?:\#+\s*)?(?:第[{_CN}\d]+(?:部分|大题|章|节|篇)|[{_CN}]+\s*[、.．,，:：]|[（(][{_CN}\d]+[）)]|"
    r"[IVXⅠ-Ⅻ]+\s*[、.．]|\d{1,2}\s*[、.．]|【|\[|◆|●|■|题型\s*[:：]|大题\s*[:：])?\s*"
)
HEADING = re.compile(
    rf"^\s*{_LEAD}(?:题型\s*[:：]\s*)?(?P<name>{_KIND_NAME}(?:、|和|与)?(?:{_KIND_NAME})?)(?P<title>题|试题|题目|题型|题库|部分)?"
    r"\s*[】\]]?\s*(?P<more>[（(【\[].*|[:：].*|[\d共每本，,。.\s].*|答案.*)?$",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    rf"^\s*(?:(?:Part|Section)\s*(?:[IVX]+|\d+|[A-E])\s*[.、．:：]?|[IVXⅠ-Ⅻ]+\s*[.、．]|[{_CN}]+\s*[、.．]|\d{{1,2}}\s*[.、．])?\s*"
    r"(?P<name>single[ -]choice|multiple[ -](?:choice|response|answers?)|true\s*(?:/|or|and|&)\s*false|judg[e]?ments?|"
    r"fill[ -]in(?:[ -]the)?[ -]blanks?|short[ -]answers?|essays?)\s*(?:questions?)?\s*[:：]?\s*(?:[（(].*)?$",
    re.IGNORECASE,
)
_ENGLISH_KINDS = (("single", Kind.SINGLE), ("true", Kind.JUDGE), ("judg", Kind.JUDGE), ("fill", Kind.FILL),
                  ("short", Kind.SHORT), ("essay", Kind.SHORT), ("multiple-choice", None), ("multiple", Kind.MULTIPLE))  # fmt: skip
"""Of a multiple choice in English the key tells whether one or several are right."""
ALONE = re.compile(r"\s*(?:单选|多选|判断|填空|简答|问答|论述|单项选择|多项选择|不定项选择)\s*[:：]?\s*")
"""On a line of its own even without 题."""
_TOLD = re.compile(
    r"^[:：]\s*(?:[（(]\s*)?(?:请|共|每|本|下列|以下|在下|在每|对的|错的|正确的|错误的|认为|用|打|将|把|\d+\s*(?:小题|题|分))"
)
"""What is to be done, behind the name of a kind: 判断题：对的打√."""
_TYPED = re.compile(r"^\s*(?:#+\s*)?题\s*型\s*[:：]\s*(?P<name>\S{2,14})\s*$")

ANSWER = re.compile(
    r"^\s*(?P<name>第\s*\d{1,4}\s*题\s*(?:的)?(?=(?:正确|参考|标准)?答\s*案\s*(?:是|为)?\s*[:：]))?(?:[【\[（(]\s*(?:正确|参考|标准|本题|试题)?\s*(?:答\s*案|答题(?=要点))\s*(?:是|为|要点|提示|[及与和](?:解析|分析|详解))?\s*[】\]）)]\s*[:：]?"
    r"|[【\[（(]?\s*(?:正确|参考|标准|本题|试题)?\s*(?:答\s*案\s*(?:是|为|选|要点|提示|[及与和](?:解析|分析|详解))?|答题要点|评分要点)\s*[:：]"
    r"|(?:正确|参考|标准)答案\s*(?:是|为)?|正确选项\s*[:：]?|答\s*案(?=\s*(?:[A-HＡ-Ｈ√×对错]{1,8}|[（(]?\s*从?略\s*[）)]?。?)\s*$)|答\s*[:：]|(?:ANSWER|Answer|ANS|Ans)\s*[.]?\s*[:：])"
    r"\s*(?P<rest>.*)$"
)
EXPLANATION = re.compile(
    r"^\s*(?:[【\[（(]\s*(?P<name>(?:答案|试题|题目|本题|习题|详细)?(?:解析|详解|分析|解释|点评|解答|说明)|依据|法律依据|出处|考点|法条)\s*"
    r"[】\]）)]\s*[:：]?|(?P<plain>(?:答案|试题|题目|本题|习题|详细)?(?:解析|详解)|分析|解释|依据|法律依据|出处|考点|法条依据|题解|"
    r"答案说明)\s*[:：]|(?:答案|试题)?解析\s*$)\s*(?P<rest>.*)$"
)
META = re.compile(
    r"^\s*[【\[]?\s*(?P<name>难易程度|难易度|难度系数|难度等级|难度|知识点|能力水平|分数|分值|章节|标签|题型|分类|科目|题号|编号|引用条文|所属\S{1,4}|"
    r"认知层次|来源|易错项|出题人|建议得分|得分|(?:[我你您](?:选择|所选)?的|考生|学生|用户)\s*(?:答案|选择|作答|得分))\s*[】\]]?\s*[:：]\s*[】\]]?\s*(?P<rest>.*)$"
)
SEPARATOR = re.compile(r"^\s*(?:@{2,}|[-—–_=*~﹣－]{3,}|[＊*]{3,}|[#＃]{3,}|[·.]{6,})\s*$")
OPTION = re.compile(r"^\s*[（(\[【]?\s*(?P<letter>[A-LＡ-Ｌ])\s*[）)\]】]?\s*[.．、:：)）】,，]")
_PAGE = re.compile(
    r"^\s*(?:第\s*\d+\s*页(?:\s*[,，/共]?\s*共?\s*\d+\s*页)?|[-—–]\s*\d+\s*[-—–]|\d+\s*/\s*\d+|page\s*\d+(?:\s*of\s*\d+)?|"
    r"目\s*录|密\s*封\s*线.*|[（(]\s*(?:来源|选自|摘自)\s*[:：][^（()）]*[）)]|"
    r"\S{1,20}\s+\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s+\d{1,2}:\d{2}(?::\d{2})?)\s*$",
    re.IGNORECASE,
)
_CHAPTER = re.compile(
    rf"^\s*第[{_CN}\d]{{1,4}}(?:章|节|编|篇|讲|单元)(?:\s*$|[\s:：、]+[^。？?！!；;（()）_]{{1,40}}$)"
)
"""第二章 分则, between questions."""
_CONTENTS = re.compile(r"(?:[.…·．]{4,}|\t)\s*\d{1,4}\s*$")
BARE_KEY = re.compile(
    r"^\s*[（(]?\s*(?P<key>[A-HＡ-Ｈ](?:[、,，\s]*[A-HＡ-Ｈ]){0,7}|[√×✓✗✔✘]|对|错|正确|错误|T|F)\s*[）)]?\s*[.。]?\s*$"
)
KEY_HEADING = re.compile(
    rf"^\s*(?:附件?\s*\d?\s*[:：]\s*)?{_LEAD}(?P<name>{_KIND_NAME}?题?)\s*(?:本卷|试卷|试题|题库|习题|全部|测试|练习|[^。？?！!；;：:，,、\s]{{2,24}}(?=(?:参考|标准)答案))?"
    rf"(?:[（(]?[{_CN}\d]{{1,3}}[）)]?)?(?:参考|标准|正确)?\s*答\s*案\s*"
    r"(?:及|与|和)?(?:评分标准|详解|解析|部分|解答|一览表?|表|汇总|速查|区|栏|页)*"
    r"(?:\s*[（(]\s*每小?题\s*\d{1,2}(?:\.\d)?\s*分[^（()）]{0,12}[）)])?\s*[】\]]?\s*[:：]?\s*$"
)


@dataclass(frozen=True)
class Heading:
    kind: Kind | None
    words: str
    truth_letters: dict[str, bool] | None = None
    is_choice: bool = False
    """选择题: one or several, the key tells."""


@dataclass(frozen=True)
class Mark:
    """What a line is by its first words: `rule` the name, `rest` what follows the mark."""

    rule: str
    rest: str = ""
    name: str = ""


_SIMPLE = str.maketrans("單選項題斷簡問論擇", "单选项题断简问论择")


def heading_of(text: str) -> Heading | None:
    """一、单项选择题（每题1分）, 题型：公文改错题, ## 判断题, 多选题：."""
    if len(text) > 120 or not text.strip():
        return None
    text = text.translate(_SIMPLE)
    if english := _ENGLISH.match(text):
        name = english["name"].lower().replace(" ", "-")
        kind = next(kind for begins, kind in _ENGLISH_KINDS if name.startswith(begins))
        return Heading(kind, text.strip(), _truth_letters(text), kind is None)
    typed = _TYPED.match(text)
    if typed and not re.search(r"[。？?]", typed["name"]):
        kind = kind_of(typed["name"]) or (Kind.SHORT if typed["name"].endswith("题") else None)
        return Heading(kind, text.strip(), None, "选择" in typed["name"])
    match = HEADING.match(text)
    if match is None or "答案" in (match["more"] or "")[:6]:
        return None
    led = text.strip()[: match.start("name") - (len(text) - len(text.lstrip()))].strip()
    arabic = bool(re.match(r"\d", led))
    more = (match["more"] or "").strip()
    if not match["title"] and (not led or arabic or more) and not (ALONE.fullmatch(text) and not arabic):
        return None
    if more and not re.match(r"^[（(【\[:：]|^[\d共每本]", more):
        return None
    if (arabic or not led) and more.startswith((":", "：")) and len(more) > 8 and not _TOLD.match(more):
        return None
    kind = _kind_of_type(match["name"]) or kind_of(match["name"] + "题")
    return Heading(kind, text.strip(), _truth_letters(more), kind is None)


def _kind_of_type(name: str) -> Kind | None:
    """Medical papers: A1型题 has one right option, X型题 several."""
    match = re.match(r"([ABCXＡＢＣＸ])[1-4]?型", name)
    if match is None:
        return None
    return Kind.MULTIPLE if match[1] in "XＸ" else Kind.SINGLE


def _truth_letters(words: str) -> dict[str, bool] | None:
    """（正确选A，错误选B）, （A.正确 B.错误）, （对的涂A，错的涂B）."""
    found: dict[str, bool] = {}
    for match in re.finditer(r"([AB])\s*[.、．:：为表示代是]*\s*(正确|错误|对|错|√|×)", words):
        found.setdefault(match[1], bool(truth_of(match[2])))
    if set(found.values()) != {True, False}:
        found = {}
        for match in re.finditer(r"(正确|错误|对|错|√|×)\S{0,4}?(?:选|填|涂|写|为|用)\s*[“\"]?([AB])", words):
            found.setdefault(match[2], bool(truth_of(match[1])))
    return found if set(found) == {"A", "B"} and set(found.values()) == {True, False} else None


def mark_of(text: str) -> Mark:
    """The first rule that matches; a line that none matches is text."""
    if not text.strip():
        return Mark("blank")
    if SEPARATOR.match(text):
        return Mark("separator")
    for rule, pattern in (("answer", ANSWER), ("explanation", EXPLANATION), ("meta", META)):
        match = pattern.match(text)
        if match:
            groups = match.groupdict()
            name = groups.get("name") or groups.get("plain") or ""
            return Mark(rule, match["rest"].strip(), name)
    option = OPTION.match(text)
    if option:
        letter = letters_of(option["letter"])
        return Mark("option", text, letter[0] if letter else "")
    if _PAGE.match(text) or _CHAPTER.match(text) or (len(text) < 80 and _CONTENTS.search(text)):
        return Mark("noise")
    return Mark("text", text)


@dataclass(frozen=True)
class Numbered:
    family: str
    number: int
    rest: str
    cost: int = 0
    """How unlikely this is a number of a question, seen alone."""


_DIGIT = re.compile(
    r"^\s*(?P<word>第|题目|试题|问题|题|Question\s*|Q|No[.．]?|№)?\s*(?P<number>\d{1,5})\s*(?P<after>题)?\s*"
    r"(?P<mark>[.．、,，:：)）｡。])?\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_PAREN = re.compile(r"^\s*[（(\[【]\s*(?P<number>\d{1,4})\s*[）)\]】]\s*[.、．]?\s*(?P<rest>.*)$")
_CN_PAREN = re.compile(rf"^\s*[（(]\s*(?P<number>[{_CN}]{{1,4}})\s*[）)]\s*[.、．]?\s*(?P<rest>.*)$")
_CN_PLAIN = re.compile(rf"^\s*(?P<number>[{_CN}]{{1,4}})\s*[、.．]\s*(?P<rest>.*)$")
_CN_WORD = re.compile(rf"^\s*第(?P<number>[{_CN}]{{1,4}})题\s*[.．、,，:：]?\s*(?P<rest>.*)$")
_TAGGED = re.compile(r"^\s*[\[【（(]\s*(?P<tag>[^\]】）)\d]{2,8})\s*[\]】）)]\s*(?P<rest>\d.*)$")


def numbers_of_line(text: str) -> list[Numbered]:
    """Every way the line could begin with a number of a question."""
    tagged = _TAGGED.match(text)
    if tagged and (kind_of(tagged["tag"]) or "选择" in tagged["tag"]):
        text = tagged["rest"]
    found = []
    match = _DIGIT.match(text)
    if match:
        number, rest = int(match["number"]), match["rest"]
        if match["word"] or match["after"]:
            found.append(
                Numbered("digit", number, rest, 0 if match["mark"] or match["after"] or not rest else 1)
            )
        elif match["mark"]:
            decimal = match["mark"] in ".．:：,，" and rest[:1].isdigit()
            found.append(Numbered("digit", number, rest, 2 if decimal else 0))
        elif not rest:
            found.append(Numbered("bare", number, ""))
        elif not re.match(r"[\d%％°℃年月日号元万亿个\-—~～/+×]", rest):
            spaced = bool(re.match(r"^\s*\d+\s+", text))
            found.append(Numbered("digit", number, rest, 1 if spaced else 2))
    for family, pattern in (("paren", _PAREN), ("cnparen", _CN_PAREN), ("cn", _CN_PLAIN), ("cn", _CN_WORD)):
        match = pattern.match(text)
        if match:
            value = from_chinese(match["number"])
            if value:
                found.append(Numbered(family, value, match["rest"]))
    return found
