"""The names that columns go by, and what each means."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from studyhall.bank.answers import simplified

EXACT: dict[str, str] = {
    "id": "试题编号",
    "number": "序号 题号 编号 id no 题目编号 试题序号 题目序号 试题id 题目id 号 questionid qid",
    "kind": (
        "题型 类型 题目类型 试题类型 问题类型 题类 题型名称 试题题型 题目类别 题型代码 题型类别 "
        "题型分类 试题种类 题目种类 题目形式 kind type questiontype"
    ),
    "stem": (
        "题干 试题题干 题目题干 大题题干 题干内容 题干描述 题目内容 试题内容 问题内容 题目描述 试题描述 问题描述 "
        "题目正文 试题正文 题目 试题 问题 试题题目 考题 题目名称 试题名称 题面 题干文本 考题内容 考试题目 题目标题 "
        "试题标题 内容 题目及选项 题干及选项 试题及选项 题目和选项 题干和选项 题目与选项 题干与选项 "
        "stem question questiontext questionstem questioncontent"
    ),
    "options": (
        "选项 备选项 备选答案 选项内容 答案选项 题目选项 试题选项 候选项 可选项 供选答案 option options choices"
    ),
    "label": "选项标识 选项号 选项字母 选项序号 选项编号",
    "right": "是否正确 是否正确答案 是否为正确答案 是否答案 正确与否 iscorrect isanswer isright",
    "both": (
        "答案及解析 答案与解析 答案和解析 答案解析及答案 参考答案及解析 参考答案与解析 正确答案及解析 答案及说明 答案及依据 "
        "答案/解析 答案、解析"
    ),
    "answer": (
        "答案 正确答案 标准答案 参考答案 正确选项 试题答案 题目答案 答案选择 正确项 参考选项 答案内容 "
        "正确答案选项 正确选项内容 标准答案选项 正确选项答案 题目正确答案 试题正确答案 正确答案字母 答案字母 本题答案 "
        "answer answers key correctanswer correctanswers rightanswer correctoption correct answerkey"
    ),
    "explanation": (
        "解析 答案解析 试题解析 题目解析 说明 答案说明 解释 试题分析 解题思路 题解 详解 解析说明 答案详解 答案解释 "
        "题目解释 答题解析 explanation rationale analysis"
    ),
    "basis": "依据 法律依据 出处 法条 依据条款 命题依据 来源",
    "cites": "引用条文 条文",
    "law": "法律 法规 法律名称 所属法律",
    "topic": (
        "分类 章节 知识点 标签 科目 所属章节 试题分类 题目分类 类别 专业 模块 章 节 目录 课程 题库 "
        "所属题库 考点"
    ),
    "difficulty": "难度 难易度 难易程度 难度系数 试题难度 题目难度 难度等级 难易 difficulty level",
    "score": "分值 分数 得分 分 题目分值 试题分值 默认分值",
    "points": "采分点 评分标准 评分要点 得分点 关键词",
    "part": "小题题干 子题题干 小题",
    "part_kind": "小题题型 子题题型",
    "material": "材料 案例 案情 背景材料 材料题干",
}
ROLES = {words: role for role, names in EXACT.items() for words in names.split()}
CHINESE = dict(zip("一二三四五六七八九十甲乙丙丁戊己", [*range(10), *range(6)], strict=True))
OPTION = re.compile(
    r"(?:选项内容|选项|备选项|备选答案|备选|答案选项|选择项|候选项|选择|题支|选支|选肢|option|opt|choice|答案|第)?[.:：]?"
    r"(?:(?P<letter>[a-l])|(?P<chinese>[一二三四五六七八九十甲乙丙丁戊己])|(?P<digit>\d|1[0-2]))"
    r"[.]?(?:个?选项|项)?(?:内容)?"
)


PART_OF_KEY = re.compile(r"(?:正确)?答案\d")
_RIGHT = r"(?:是否正确|是否为?正确答案|是否答案|正确与否|正确|iscorrect|correct)"
MARK = re.compile(
    rf"(?:选项|答案|option)?(?:(?P<letter>[a-l])|(?P<digit>\d))(?:项|选项)?{_RIGHT}"
    rf"|{_RIGHT}(?:(?P<letter_behind>[a-l])|(?P<digit_behind>\d))"
)
TRUE_AND_FALSE = ({"对", "正确", "√"}, {"错", "错误", "×"})
STEM_LIKE = re.compile(r"[题題]|[内內]\s*容|stem|question", re.IGNORECASE)
BLANK = re.compile(
    r"(?:填?空白?(?:[一二三四五六七八九十]|\d{1,2})|第(?:[一二三四五六七八九十]|\d{1,2})空)(?:的?答案)?"
)
"""空1, 第一空: the words of one blank."""
DISTRACTOR = re.compile(r"(?:错误|干扰|迷惑|incorrect|wrong|distractor).*")
"""错误选项1 beside 正确答案: options without letters."""
ANOTHER_KEY = re.compile(
    r"(?!.*(?:我|你|您|他|人|考生|学员|学生|用户|作答|提交|选择|选项|解析|说明|依据|数|率|分|时间)).*(?:答案|正解)"
)
"""更正答案, 新答案: perhaps the key that counts; 考生答案 is what somebody answered."""


@lru_cache(maxsize=4096)
def cleaned(cell: str) -> str:
    """（必填）, (勿删), *, blanks and line breaks do not make a column another."""
    words = simplified(unicodedata.normalize("NFKC", cell))
    words = re.sub(r"[(\[【<]\s*([A-La-l])\s*[)\]】>]", r"\1", words)
    words = re.sub(r"[(\[【<].*?[)\]】>]", "", words, flags=re.DOTALL)
    words = re.sub(r"(?<=[A-Za-z])[_\-](?=[A-Za-z\d])", "", words)
    return re.sub(r"[\s*＊:：_]+|[.．、]+\s*$", "", words).casefold()


def option_letter(cell: str) -> bool:
    """选项A and not 选项1."""
    match = OPTION.fullmatch(cleaned(cell))
    return bool(match and match["letter"])
