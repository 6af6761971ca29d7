"""Layouts as strangers type them: read right where nothing else can be meant, held where it can.

Each is a small paper of its own. `A*` is a key that is read but held for somebody to look at, `-` none.
"""

from __future__ import annotations

import pytest

from studyhall.bank.formats.text import read_pasted
from studyhall.bank.record import Kind, Record, State


def said(record: Record) -> str:
    """ABD, 对, 15；书面, with * where held."""
    answer = record.answer
    held = "*" if record.state is State.HELD else ""
    if answer is None:
        return f"-{held}"
    if isinstance(answer, bool):
        return ("对" if answer else "错") + held
    if record.kind is Kind.FILL:
        return "；".join("/".join(blank) for blank in answer) + held  # type: ignore[union-attr]
    return "".join(str(key) for key in answer) + held


PLACES = "A.甲村 B.乙村 C.丙村 D.丁村"
OTHERS = "A.学校 B.派出所 C.医院 D.邮局"

LAYOUTS: dict[str, tuple[str, str]] = {
    "circled numbers as options": (
        "一、单选题\n1、谁修渠？（ ）\n①村委会 ②镇政府 ③学校\n答案：①\n"
        "2、谁受理举报？（ ）\n①法院 ②信访办 ③邮局\n答案：②\n",
        "A B",
    ),
    "circled numbers in the stem, letters combine them": (
        "1、要公开的有（ B ）。\n①财务 ②存款 ③宅基地\nA.①② B.①③ C.②③\n"
        "2、要公示的有（ C ）。\n①低保 ②日记\nA.② B.③ C.①\n",
        "B C",
    ),
    "small letters": (
        "1. 谁修渠？\na. 甲村\nb. 乙村\n答案：b\n2. 谁登记？\na. 派出所\nb. 学校\n答案：a\n",
        "B A",
    ),
    "options 1) 2) 3) and their number as the key": (
        (
            "1. 谁修渠？\n1) 甲村\n2) 乙村\n3) 丙村\n答案：2\n2. 谁登记？\n1) 派出所\n"
            "2) 学校\n3) 医院\n答案：1\n"
        ),
        "B A",
    ),
    "square brackets": ("1、谁修渠？\n【A】甲村\n【B】乙村\n【C】丙村\n【答案】C\n", "C"),
    "round brackets on one line": ("1、谁修渠？（C）\n(A)甲村 (B)乙村 (C)丙村\n", "C"),
    "letters without a sign": ("1、谁修渠\nA甲村\nB乙村\nC丙村\n答案：C\n", "C"),
    "all on one line with its key": (
        f"1.谁修渠？{PLACES.replace(' ', '')}答案：A\n2.谁登记？{OTHERS}答案：B\n",
        "A B",
    ),
    "two options a line": ("1. 谁修渠？( B )\nA. 甲村    B. 乙村\nC. 丙村    D. 丁村\n", "B"),
    "full width": (
        (
            "１．谁修渠？（　Ｂ　）\nＡ．甲村　　Ｂ．乙村\n２．公示什么？（　ＡＣ　）\n"
            "Ａ．低保　　Ｂ．病历　　Ｃ．救灾款\n"
        ),
        "B AC",
    ),
    "第1题": (
        ("第1题 谁修渠？\nA 甲村\nB 乙村\n正确答案 A\n第2题 谁登记？\nA 学校\nB 派出所\n正确答案 B\n"),
        "A B",
    ),
    "no numbers at all": (
        "谁修渠？\nA. 甲村\nB. 乙村\n答案：B\n\n谁登记？\nA. 派出所\nB. 学校\n答案：A\n",
        "B A",
    ),
    "answers with commas": (
        "二、多选题\n1、公示什么？（A,B,D）\nA、低保 B、救灾款 C、日记 D、宅基地\n"
        "2、保密什么？（A、C）\nA、密件 B、报纸 C、绝密件 D、通知\n",
        "ABD AC",
    ),
    "the words of the option behind its letter": (
        f"1. 谁修渠？\n{PLACES}\n答案：B. 乙村\n2. 谁登记？\n{OTHERS}\n答案：派出所\n"
        f"3. 谁送信？\n{OTHERS}\n答案：D邮局\n"
        f"4. 谁教书？\n{OTHERS}\n答案：A（学校）\n",
        "B B D A",
    ),
    "选B and B项": (f"1. 谁修渠？\n{PLACES}\n答案：选B\n2. 谁登记？\n{OTHERS}\n答案：B项\n", "B B"),
    "B or C is nobody's key": (
        f"1. 谁修渠？\n{PLACES}\n答案：B或C\n2. 谁登记？\n{OTHERS}\n答案：全选\n",
        "-* -*",
    ),
    "the key stands before its question": (
        "【答案】B\n1. 谁修渠？\nA. 甲村\nB. 乙村\n【答案】A\n2. 谁登记？\nA. 派出所\nB. 学校\n",
        "B A",
    ),
    "a key before the first question and one behind the last": (
        ("【答案】B\n1. 谁修渠？\nA. 甲村\nB. 乙村\n【答案】A\n2. 谁登记？\nA. 派出所\nB. 学校\n【答案】A\n"),
        "A* A*",
    ),
    "what somebody answered is no key": (
        (f"1. 谁修渠？\n{PLACES}\n我的答案：A\n正确答案：B\n2. 谁登记？\n{OTHERS}\n你的答案：A\n得分：0\n"),
        "B -*",
    ),
    "what somebody answered on the line of the key": (
        "1. (单选题) 谁修渠？\nA. 甲村\nB. 乙村\n我的答案: A:甲村;正确答案: B:乙村;\n"
        "2. (判断题) 渠可以公用。\nA. 对\nB. 错\n我的答案: 错正确答案: 对\n",
        "B 对",
    ),
    "不定项 with one key and with two": (
        f"一、不定项选择题\n1. 谁修渠？\n{PLACES}\n答案：B\n2. 谁登记？\n{OTHERS}\n答案：AB\n",
        "B AB",
    ),
    "judges with the key before the number": (
        "判断题\n（√）1. 水渠可以公用。\n（×）2. 公章可以外借。\n（ √ ）3. 档案要保管。\n",
        "对 错 对",
    ),
    "judges with the key at the end": (
        "判断题\n1、水渠可以公用（对）\n2、公章可以外借。 ×\n3、档案要保管。(T)\n",
        "对 错 对",
    ),
    "judges with 错 first": (
        (
            "三、判断题\n1. 水渠可以公用。\nA. 错误\nB. 正确\n答案：B\n2. 公章可以外借。\n"
            "A. 错误\nB. 正确\n答案：A\n"
        ),
        "对 错",
    ),
    "judges with letters and nothing that says what they mean": (
        "三、判断题\n1. 水渠可以公用。\n答案：A\n2. 公章可以外借。\n答案：B\n",
        "-* -*",
    ),
    "a key table by the places of the sections": (
        f"一、单选\n1.甲一？ {PLACES}\n2.甲二？ {OTHERS}\n二、多选\n1.乙一？ {PLACES}\n"
        f"2.乙二？ {OTHERS}\n"
        "答案\n一、1~2 BA\n二、1.AB 2.ACD\n",
        "B A AB ACD",
    ),
    "a key table that names a section the paper has not": (
        f"一、单选\n1.甲一？ {PLACES}\n2.甲二？ {OTHERS}\n二、多选\n1.乙一？ {PLACES}\n"
        f"2.乙二？ {OTHERS}\n"
        "答案\n二、1.AB 2.ACD\n三、1.A 2.B\n",
        "-* -* AB ACD",
    ),
    "a key table in another order": (
        f"一、单选题\n1.甲一？ {PLACES}\n2.甲二？ {OTHERS}\n二、判断题\n1.渠可公用。\n"
        "2.章可外借。\n"
        "参考答案\n二、判断题 1.√ 2.×\n一、单选题 1.C 2.D\n",
        "C D 对 错",
    ),
    "a key table, one a line, under 单选：and 判断：": (
        f"一、单选\n1.甲一？ {PLACES}\n2.甲二？ {OTHERS}\n二、判断\n1.渠可公用。\n2.章可外借。\n"
        "参考答案：\n单选：\n1、A\n2、D\n判断：\n1、对\n2、错\n",
        "A D 对 错",
    ),
    "a key table running on over the sections": (
        f"一、单选题\n1．谁修？\n{PLACES}\n2．谁登记？\n{OTHERS}\n二、多选题\n"
        f"3．公示什么？\n{PLACES}\n三、判断题\n4．渠可填平。\n"
        "答案：\n1-2：AB\n3.ABD\n4.×\n",
        "A B ABD 错",
    ),
    "a key table with one key too few": (
        f"1.甲一？\n{PLACES}\n2.甲二？\n{OTHERS}\n3.甲三？\n{OTHERS}\n参考答案\n1-3 AB\n",
        "-* -* -*",
    ),
    "a key table for one of two sections": (
        (
            f"一、单选题\n1.甲一？ {PLACES}\n2.甲二？ {OTHERS}\n二、多选题\n"
            f"1.乙一？ {PLACES}\n2.乙二？ {OTHERS}\n参考答案\n1.AB 2.CD\n"
        ),
        "-* -* -* -*",
    ),
    "keys and reasons at the end": (
        (
            f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n\n答案与解析\n"
            "1.【答案】A 【解析】甲村负责。\n2.【答案】B 【解析】管户口。\n"
        ),
        "A B",
    ),
    "two papers' keys": (
        f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\nA卷答案：\n1.A 2.B\nB卷答案：\n1.C 2.D\n",
        "-* -*",
    ),
    "a tick at the right option": (
        "1. 谁修渠？\nA. 甲村\nB. 乙村 √\nC. 丙村\n2. 谁登记？\n√A. 派出所\nB. 学校\nC. 医院\n",
        "B* A*",
    ),
    "only an explanation names the key": (f"1. 谁修渠？\n{PLACES}\n解析：由乙村负责，故选B。\n", "-*"),
    "an explanation that names another": (
        f"1.谁修渠？\n{PLACES}\n正确答案：B\n解析：本题正确答案是C。\n",
        "B*",
    ),
    "fill with several blanks and alternatives": (
        (
            "三、填空题\n1. 应在____日内以____形式答复。\n答案：15；书面\n2. 由____决定。\n"
            "答案：村民会议/村民代表会议\n"
        ),
        "15；书面 村民会议/村民代表会议",
    ),
    "fill with the keys in brackets": (
        "填空题\n1. 应在（15）日内答复。\n2. 每（季度）公开一次，由（村委会）负责。\n",
        "15* 季度；村委会*",
    ),
    "fill with the keys on the lines": (
        "填空题\n1. 应在__15__日内答复。\n2. 应在____日内以____形式答复。\n",
        "15* -*",
    ),
    "a list in the stem": (
        (
            f"1. 下列要求：\n（1）公开；\n（2）保密；\n做得到的是\n{PLACES}\n答案：B\n"
            f"2. 谁登记？\n{OTHERS}\n答案：A\n"
        ),
        "B A",
    ),
    "options begin with years": (
        (
            "1. 何时施行？\nA. 2021年1月1日\nB. 2020年5月28日\n答案：A\n"
            "2. 2024年修订的何时施行？\nA. 5月1日\nB. 10月1日\n答案：B\n"
        ),
        "A B",
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_of_strangers_gives_no_wrong_key(name: str) -> None:
    text, wanted = LAYOUTS[name]
    assert " ".join(said(record) for record in read_pasted(text).records) == wanted


def test_a_case_has_its_parts_under_the_usual_numbers() -> None:
    text = (
        "四、案例分析题\n案例一：村委会把集体林地私自发包给外村人，村民举报。\n"
        "1. 村委会可以这样做。（ ）\nA. 对\nB. 不对\n答案：B\n2. 应当由谁讨论决定？\n"
        "答案：村民会议。\n"
        "案例二：干部把文件带回家，丢在车上。\n1. 应当向谁报告？\nA. 邻居\nB. 本单位\n"
        "答案：B\n2. 怎么处理？\n答案：立即报告。\n"
    )
    records = read_pasted(text).records
    assert [[said(part) for part in record.parts] for record in records] == [
        ["错", "村民会议。"],
        ["B", "立即报告。"],
    ]


def test_options_without_any_letter_are_held_and_no_question_is_made_of_them() -> None:
    """The key 2 is no answer in words."""
    text = "1. 谁修渠？\n甲村\n乙村\n答案：2\n2. 谁登记？\n学校\n派出所\n答案：2\n"
    assert [record.state for record in read_pasted(text).records] == [State.HELD, State.HELD]
