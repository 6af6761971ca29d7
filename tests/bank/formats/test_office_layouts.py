"""Layouts of offices, exam systems and chat groups: what is read, and what stays for somebody to look at.

Each is a small paper of its own. `A*` is a key that is read but held for somebody to look at, `-` none.
"""

from __future__ import annotations

import pytest

from studyhall.bank.formats.text import read_pasted
from studyhall.bank.record import Kind, Record, State

LETTERS = {"single": "S", "multiple": "M", "judge": "J", "fill": "F", "short": "Q", "case": "C", "other": "O"}


def said(record: Record) -> str:
    """S:A, M:ABD, J:对, F:15；书面, Q (Q- without an answer), with * where held."""
    answer = record.answer
    words = "-" if answer is None else "".join(map(str, answer)) if isinstance(answer, tuple) else str(answer)
    if record.kind is Kind.FILL and isinstance(answer, tuple):
        words = "；".join("/".join(blank) for blank in answer)
    if isinstance(answer, bool):
        words = "对" if answer else "错"
    if record.kind is Kind.SHORT:
        words = "-" if answer is None else ""
    inner = f"[{' '.join(map(said, record.parts))}]" if record.parts else ""
    sign = ":" if words not in ("", "-") or record.kind is not Kind.SHORT else ""
    head = LETTERS[record.kind.value] + (inner or f"{sign}{words}")
    return head + ("*" if record.state is State.HELD else "")


PLACES = "A.甲村 B.乙村 C.丙村 D.丁村"
OTHERS = "A.学校 B.派出所 C.医院 D.邮局"

LAYOUTS: dict[str, tuple[str, str]] = {
    # Headings
    "what is to be done behind the kind": (
        "判断题：对的打√，错的打×\n（√）1、渠可公用。\n（×）2、章可外借。\n",
        "J:对 J:错",
    ),
    "the kind alone on its line": (
        f"单选\n1.谁修渠？\n{PLACES}\n答案：A\n判断\n1.渠可公用。\n答案：对\n",
        "S:A J:对",
    ),
    "a word broken off that is the name of a kind": (
        "单选\n1.谁修渠？\nA.不靠主观\n判断\nB.乙村\nC.丙村\nD.要有\n判断\n答案：A\n2.谁登记？\nA.派出所\nB.学校\n答案：A\n",
        "S:A S:A",
    ),
    "letters in boxes, of chat groups": (
        "1.谁修渠？\n🅰️甲村\n🅱️ 乙村\n答案：🅰\n2.公示什么？\n🅰低保 🅱病历 🅲救灾款\n答案：🅰🅲\n",
        "S:A M:AC",
    ),
    "one blank, several answers": (
        "一、填空题\n1.应当在____内办结。\n答案：60日；六十日\n2.应当在____内答复。\n答案：60日/六十日\n",
        "F:60日；六十日* F:60日/六十日",
    ),
    "medical types": (
        f"A型题\n1.谁修渠？\n{PLACES}\nX型题\n2.谁登记？\n{OTHERS}\n参考答案\n1.B 2.AC\n",
        "S:B M:AC",
    ),
    "traditional characters": (f"一、單選題\n1.誰修渠？（ A ）\n{PLACES}\n二、判斷題\n2.渠可公用。（√）\n", "S:A J:对"),
    "chapters between questions": (
        f"第一章 总则\n1.谁修渠？（A）\n{PLACES}\n第二章 分则\n2.谁登记？（B）\n{OTHERS}\n",
        "S:A S:B",
    ),
    "a line behind the last option that is none of its words": (
        f"1.谁修渠？（A）\n{PLACES}\n1.2 分则\n2.谁登记？（B）\n{OTHERS}\n",
        "S:A* S:B",
    ),
    "numbered titles between questions": (
        f"1.1 总则\n1.谁修渠？（A）\n{PLACES}\n1.2 分则\n2.谁登记？（B）\n{OTHERS}\n2.1 附则\n3.谁送信？\n{OTHERS}\n答案：D\n",
        "S:A S:B S:D",
    ),
    "titles with Chinese numbers between questions": (
        f"（一）总则\n1.谁修渠？（A）\n{PLACES}\n（二）分则\n2.谁登记？（B）\n{OTHERS}\n",
        "S:A S:B",
    ),
    "titles of parts and of laws between questions": (
        f"模块一 村务\n1.谁修渠？（A）\n{PLACES}\n模块二 镇务\n2.谁登记？（B）\n{OTHERS}\n《甲法》\n3.渠可公用。（√）\n"
        "《乙法》\n4.章可外借。（×）\n",
        "S:A S:B J:对 J:错",
    ),
    "titles within titles": (
        f"模块一 村务\n1.1 总则\n1.谁修渠？（A）\n{PLACES}\n模块二 镇务\n2.1 附则\n2.谁登记？（B）\n{OTHERS}\n",
        "S:A S:B",
    ),
    "days, issues and senders between questions of chat groups": (
        f"第3期\n2024-05-06\n1.谁修渠？\n{PLACES}\n答案：A\n阅读原文\n第4期\n2024年5月7日 周二\n"
        f"2.谁登记？\n{OTHERS}\n答案：B\n阅读原文\n"
        f"老王 2024/5/8 9:01\n3.谁送信？\n{OTHERS}\n答案：D\n（来源：某某手册第3页）\n",
        "S:A S:B S:D",
    ),
    "days that are options": (
        "1.从何时起施行？（A）\nA.2021-01-01\nB.\n2021-01-02\n2.到何时为止？（B）\nA.2021-01-03\nB.\n2021-01-04\n"
        "3.谁修渠？（A）\nA.甲 B.乙 C.丙\n",
        "S:A S:B S:A",
    ),
    "numbers that do not run on are no titles": (
        f"1.谁修渠？（A）\n{PLACES}\n1.2 分则\n2.谁登记？（B）\n{OTHERS}\n1.5 附则\n3.谁送信？（D）\n{OTHERS}\n",
        "S:A* S:B* S:D",
    ),
    "a line like a title that a question does not follow": (
        f"1.1 总则\n1.谁修渠？（A）\n{PLACES}\n1.2 分则\n和附则\n2.谁登记？（B）\n{OTHERS}\n",
        "S:A* S:B",
    ),
    "stories of cases are no titles": (
        "一、案例分析题\n（一）老王种了老李的地\n1.谁有理？\n答：老李。\n（二）小张丢了文件\n1.谁负责？\n答：小张。\n",
        "C[Q] C[Q]",
    ),
    "English headings, and truths with nothing about them": (
        f"I. Single Choice\n1. 谁修渠？\n{PLACES}\nAnswer: A\nPart II True/False Questions\n1. 渠可公用。 T\n2. 章可外借。F\n"
        "III. Fill in the blanks\n1. 满____岁。\nAnswer: 18\n",
        "S:A J:对 J:错 F:18",
    ),
    "letters of judges before and behind": (
        "判断题\n1.（T）渠可公用。\n2.（错）章可外借。\n3.树可补种。 F\n4.可以喝维生素 F\n5.牛可借用  T\n",
        "J:对 J:错 J:错 J:-* J:对",
    ),
    # Numbers
    "第一题": (f"第一题 谁修渠？\n{PLACES}\n答案：A\n第二题 谁登记？\n{OTHERS}\n答案：B\n", "S:A S:B"),
    "No.1": (f"No.1 谁修渠？\n{PLACES}\n答案：A\nNo.2 谁登记？\n{OTHERS}\n答案：B\n", "S:A S:B"),
    "circled numbers of judges": ("一、判断题\n①渠可公用。（对）\n②章可外借。（错）\n", "J:对 J:错"),
    "a share at the start of a line is no number": (
        f"1.谁修渠？\n{PLACES}\n答案：A\n2.下列正确的是（ ）\n2014年修渠。\n3.5%的人外出。\n{OTHERS}\n答案：B\n"
        f"3.谁送信？\n{OTHERS}\n答案：D\n",
        "S:A S:B S:D",
    ),
    "points of an answer that reach past the next number": (
        "一、简答题\n1.怎么办？\n答：\n1.报告；\n2.登记；\n3.核实；\n4.答复。\n2.谁来办？\n答：村委会。\n"
        "3.何时办？\n答：\n1.三日；\n2.五日；\n3.十日；\n4.十五日。\n",
        "Q Q Q",
    ),
    "the last of a section without its answer": (
        "一、填空题\n1.由____管。\n答案：村委会\n2.由____批。\n二、简答题\n1.怎么办？\n答案：报告。\n2.谁来办？\n",
        "F:村委会 F:-* Q Q-",
    ),
    "a title of a question below an answer": (
        "一、名词解释\n1.村务\n答：村里的事。\n2.村规\n答：村里的规矩。\n3.公章\n",
        "Q Q*",
    ),
    "a key whose question is lost is not that of the next": (
        "一、判断题\n答案：错误\n2.章可外借。\n答案：错误\n3.渠可公用。\n",
        "J:错* J:-*",
    ),
    # Kinds
    "the kind and the worth behind the number": (
        f"1. (单选题, 25.0分)谁修渠？\n{PLACES}\n答案：A\n2. (判断题, 5分)渠可公用。\n答案：对\n",
        "S:A J:对",
    ),
    "the kind behind the stem": (
        f"1.谁修渠？[单选题] *\n{PLACES}\n答案：A\n2.渠可公用。[判断题][分值：5]\n答案：对\n",
        "S:A J:对",
    ),
    # Options
    "circles and squares before options": (
        "1.谁修渠？[单选题]\n○甲村\n○乙村\n答案：乙村\n2.公示什么？[多选题]\n□低保\n□病历\n□救灾款\n"
        "答案：AC\n",
        "S:B M:AC",
    ),
    "（正确答案） at the option": (
        "1.谁修渠？[单选题]\nA.甲村\nB.乙村(正确答案)\n2.公示什么？[多选题]\nA.低保（正确答案）\nB.病历\n"
        "C.救灾款（正确答案）\n3.渠可公用。[判断题]\n对(正确答案)\n错\n",
        "S:B M:AC J:对",
    ),
    "the option that was right is lost": (
        "1.渠可公用。[判断题]\n√\n×（正确答案）\n2.章可外借。[判断题]\n√\n3.谁修渠？[单选题]\nA.甲村\nB.乙村（正确答案）\n",
        "J:错 J:-* S:B",
    ),
    "（正确答案） at another option than the key": (
        "1.谁修渠？\nA.甲村\nB.乙村(正确答案)\n答案：A\n",
        "S:A*",
    ),
    "ticks may be somebody's own": ("1.谁修渠？\nA.甲村\nB.乙村 √\nC.丙村 ×\n", "S:B*"),
    "ticks that are words of options": (
        "1.三句话的对错依次是（ B ）\nA.√√×\nB.√×√\nC.×√√\n",
        "S:B",
    ),
    "options in two columns": (
        "1.谁修渠？（C）\nA.甲村  C.丙村\nB.乙村  D.丁村\n2.谁登记？\nA.学校\tD.邮局\nB.派出所\tE.商店\nC.医院\n答案：E\n",
        "S:C S:E",
    ),
    "a stroke between options": ("1.谁修渠？\nA.甲村/B.乙村/C.丙村\n答案：C\n", "S:C"),
    "对 and 错 without letters": ("1、渠可公用。\n正确\n错误\n答案：正确\n2、章可外借。\n正确\n错误\n答案：错误\n", "J:对 J:错"),
    # Keys
    "答案与解析 on one line": (f"1.谁修渠？\n{PLACES}\n答案与解析：B。乙村管。\n", "S:B"),
    "本题答案 on one line": (f"1.谁修渠？\n{PLACES}\n本题答案：B\n本题解析：乙村管。\n", "S:B"),
    "the key on a line of underscores": (f"1.修渠的是__B__。\n{PLACES}\n", "S:B"),
    "the key in a column of its own": (f"1.修渠的是\tB\n{PLACES}\n2.登记的是      B\n{OTHERS}\n", "S:B S:B"),
    "a judge put right": (
        "一、判断改错题\n1.章可外借。\n答案：错误，应为不得外借。\n2.渠可公用。\n答案：×（应改为须经同意）\n",
        "J:错 J:错",
    ),
    "a judge in words": ("一、判断题\n1.章可外借。\n答案：正确与否看情况。\n", "J:-*"),
    "keys of a section behind its label": (
        f"一、单选题\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n单选题答案：1.A 2.B\n"
        f"二、多选题\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n参考答案：1.AB 2.CD\n"
        "三、判断题\n1.渠可公用。\n2.章可外借。\n答案：1-2 √×\n",
        "S:A S:B M:AB M:CD J:对 J:错",
    ),
    "keys in the heading": (
        f"一、单选题（答案：1.A 2.B）\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n",
        "S:A S:B",
    ),
    "keys of the whole paper on its last line": (
        f"一、单选题\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n二、判断题\n3.渠可公用。\n答案：1-2 AB 3.√\n",
        "S:A S:B J:对",
    ),
    "the key of a matching is not that of the paper": (
        f"1.谁修渠？\n{PLACES}\n答案：C\n2.连一连：1村里 2镇里\nA.渠 B.章\n答案：1.A 2.B\n",
        "S:C S:-*",
    ),
    "a grid under its heading, and one nobody filled in": (
        "一、单选题\n题号  1  2\n答案  A  B\n"
        f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n二、判断题\n题号  1  2\n答案\n1.渠可公用。（√）\n2.章可外借。（×）\n",
        "S:A S:B J:对 J:错",
    ),
    "第1题：A": (f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n参考答案\n第1题：A\n第2题：B\n", "S:A S:B"),
    "numbers and keys in a column": (
        f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n参考答案\n1\nA\n2\nB\n",
        "S:A S:B",
    ),
    "numbers in brackets and nothing else between answers": (
        "一、填空题\n1.先____后____。\n答案：（1）登记（2）核实\n",
        "F:登记；核实",
    ),
    "names of blanks before their answers": (
        "一、填空题\n1.先____后____。\n答案：第1空：登记；第2空：核实\n2.先____后____。\n答案：第一空登记；第二空核实\n",
        "F:登记；核实 F:登记；核实",
    ),
    # Answers on the line of their question
    "an answer in words behind its blank": (
        "一、填空题\n1.满____岁。答案：18\n2.由（ ）管。 答案：村委会\n3.先____后____。（答案：登记；核实）\n",
        "F:18 F:村委会 F:登记；核实",
    ),
    "an answer in words behind its question": ("四、简答题\n1.怎么办？答案：报告。\n2.谁来办？答：村委会。\n", "Q Q"),
    "an answer behind words that do not ask, and one before a blank": (
        "一、填空题\n1.应当报告。答案：报告\n2.表上写“答案：____”的是谁？\n",
        "F:-* F:-*",
    ),
    "answers left out": ("四、简答题\n1.怎么办？\n答案：略\n2.谁来办？\n答案略\n3.何时办？\n【答案】（略）\n", "Q- Q- Q-"),
    "titles of keys": (
        f"一、单选题\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n附：参考答案\n一、单选题\n1.A 2.B\n",
        "S:A S:B",
    ),
    "a title of a key with the name of the paper": (
        f"一、单选题\n1.谁修渠？\n{PLACES}\n二、简答题\n1.怎么办？\n某镇学法考试参考答案及评分标准\n一、单选题（每题2分）\n1.A\n"
        "二、简答题（10分）\n1.答：报告（5分），登记（5分）。\n",
        "S:A Q",
    ),
    "答案区 with 1题A": (f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n答案区\n1题A 2题B\n", "S:A S:B"),
    "a key table with reasons": (
        f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n参考答案\n题号\t答案\t解析\n1\tA\t村里定的。\n2\tB\t镇里定的。\n",
        "S:A S:B",
    ),
    "a grid in Markdown": (
        f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n参考答案\n| 题号 | 1 | 2 |\n|---|---|---|\n| 答案 | A | B |\n",
        "S:A S:B",
    ),
    "a range in full width": (f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n参考答案：１－２　ＡＢ\n", "S:A S:B"),
    "keys at the foot of each page": (
        f"一、单选题\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n本页答案：1.A 2.B\n第 1 页 共 2 页\n3.谁送信？\n{OTHERS}\n"
        f"4.谁看病？\n{OTHERS}\n本页答案：3.D 4.C\n",
        "S:A S:B S:D S:C",
    ),
    "keys of a few questions behind them": (
        f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n【1-2题答案】AB\n3.谁送信？\n{OTHERS}\n4.谁看病？\n{OTHERS}\n3～4题答案：DC\n",
        "S:A S:B S:D S:C",
    ),
    "all sections of a key on one line": (
        f"一、单选题\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n二、判断题\n1.渠可公用。\n2.章可外借。\n"
        "答案：一、单选题 1.A 2.B 二、判断题 1.√ 2.×\n",
        "S:A S:B J:对 J:错",
    ),
    "sections of a key by their places, without numbers": (
        f"一、单选题\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n二、判断题\n1.渠可公用。\n2.章可外借。\n参考答案\n一、AB\n二、√×\n",
        "S:A S:B J:对 J:错",
    ),
    "as many truths as judges behind the last": (
        "判断题\n1.渠可公用。\n2.章可外借。\n3.树可补种。\n答案：√ × √\n",
        "J:对 J:错 J:对",
    ),
    "one truth too few behind the last judge": (
        "判断题\n1.渠可公用。\n2.章可外借。\n3.树可补种。\n答案：√ ×\n",
        "J:-* J:-* J:-*",
    ),
    "answers of blanks on one line behind the last": (
        "一、填空题\n1.先____后____。\n2.满____岁。\n3.由____管。\n答案：1.登记、核实；2.18；3.村委会\n",
        "F:登记；核实 F:18 F:村委会",
    ),
    "numbered answers of the last question's own blanks": (
        "一、填空题\n1.满____岁。\n2.先____后____。\n答案：1.登记；2.核实\n",
        "F:-* F:登记；核实",
    ),
    "the number of the question before its key": (
        f"1.谁修渠？\n{PLACES}\n第1题答案：A\n2.谁登记？\n{OTHERS}\n第3题答案：B\n",
        "S:A S:B*",
    ),
    "the worth of a key behind it": (f"1.谁修渠？\n{PLACES}\n答案：A（2分）\n判断题\n2.渠可公用。\n答案：对（1分）\n", "S:A J:对"),
    "the key far behind the last option": (
        "1.谁修渠？\nA.甲村 B.乙村 C.丙村（D）\n2.谁登记？\nA.学校 B.派出所 C.医院    （B）\n",
        "S:-* S:B",
    ),
    "keys in a box drawn with signs": (
        f"一、单选题\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n参考答案\n┌──┬─┬─┐\n│题号│1│2│\n├──┼─┼─┤\n│答案│A│B│\n└──┴─┴─┘\n",
        "S:A S:B",
    ),
    "several letters with strokes, judges with Y and N": (
        f"一、多选题\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n二、判断题\n1.渠可公用。\n2.章可外借。\n"
        "参考答案\n一、多选题\n1.A/B 2.C/D\n二、判断题\n1.Y 2.N\n",
        "M:AB M:CD J:对 J:错",
    ),
    "Ans.": (f"1.谁修渠？\n{PLACES}\nAns: B\n2.谁登记？\n{OTHERS}\nANS.: D\n", "S:B S:D"),
    "numbers below each other, their keys below them": (
        f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n3.谁送信？\n{OTHERS}\n参考答案\n1\n2\n3\nA\nB\nD\n",
        "S:A S:B S:D",
    ),
    "numbers below each other and too few keys": (
        f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n3.谁送信？\n{OTHERS}\n参考答案\n1\n2\nA\n3\nD\n",
        "S:-* S:-* S:D",
    ),
    "keys by the numbers of their questions, all below the last": (
        f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n第1题答案：A\n第2题答案：B\n",
        "S:A S:B",
    ),
    "sections of a key by places that no heading has": (
        f"单选题\n1.谁修渠？\n{PLACES}\n判断题\n1.渠可公用。\n参考答案\n一、A\n二、√\n",
        "S:-* J:-*",
    ),
    "truths of two sections behind the second": (
        "一、判断题\n1.渠可公用。\n2.章可外借。\n二、判断题\n1.树可补种。\n2.牛可借用。\n答案：√×√×\n",
        "J:-* J:-* J:-* J:-*",
    ),
    "a letter that is a unit or a name": (
        "判断题\n1.载重不得超过10（T）\n2.甲队是T，乙队是 F\n3.渠可公用。（T）\n",
        "J:-* J:-* J:对",
    ),
    # Blanks
    "one number in two ways": (
        "一、填空题\n1.满____岁。\n答案：十八或18\n2.以____形式。\n答案：书面或口头\n3.满____岁。\n答案：十八（18）\n",
        "F:十八/18 F:书面或口头 F:十八/18",
    ),
    "numbers of blanks and numbers as answers": (
        "一、填空题\n1.满____岁。\n答案：(1) 18\n2.先____后____。\n答案：①登记；②核实\n3.先____后____。\n答案：①②；③④\n",
        "F:18 F:登记；核实 F:①②；③④",
    ),
    # What is no question
    "papers as somebody sat them": (
        f"1.谁修渠？\n{PLACES}\n我的答案: B\n25.0分\n正确答案: B\n答案解析：\n乙村管。\n2.满____岁。\n"
        "我的答案:\n(1) 16\n0分\n正确答案:\n(1) 18\n",
        "S:B F:18",
    ),
    "a footer behind the keys": (
        "".join(f"{n}.谁修渠{n}？\n{PLACES}\n答案：B\n内部资料 严禁外传\n" for n in range(1, 7)),
        "S:B S:B S:B S:B S:B S:B",
    ),
    # Cases
    "answers of a case below its questions": (
        "一、案例分析题\n【案例一】老王种了老李的地。\n问题：\n1.谁有理？\n2.怎么办？\n参考答案：\n1.老李。\n2.调解。\n"
        "【案例二】小张丢了文件。\n问题：\n1.谁负责？\n2.怎么报告？\n参考答案：\n1.小张。\n2.立即。\n",
        "C[Q Q] C[Q Q]",
    ),
    "keys of a case on one line": (
        f"案例分析题\n老王种了老李的地。\n（1）谁修渠？\n{PLACES}\n（2）谁登记？\n{OTHERS}\n【答案】（1）C （2）B\n",
        "C[S:C S:B]",
    ),
    "a case with more answers than questions": (
        "一、案例分析题\n老王种了老李的地。\n1.谁有理？\n2.怎么办？\n参考答案：\n1.老李。\n2.调解。\n3.起诉。\n",
        "C[Q-* Q-*]",
    ),
    "a story for several questions, told by their numbers": (
        f"1.谁登记？（B）\n{OTHERS}\n老王种了老李的地。根据材料回答2～3题。\n2.谁有理？（B）\nA.老王 B.老李\n"
        f"3.找谁？（A）\nA.调解员 B.邮局\n"
        f"4.谁修渠？（A）\n{PLACES}\n",
        "S:B* S:B* S:A* S:A",
    ),
    "a story for all below": (
        "老王种了老李的地。阅读材料，回答下列问题。\n1.谁有理？（B）\nA.老王 B.老李\n2.找谁？（A）\nA.调解员 B.邮局\n",
        "S:B* S:A*",
    ),
    "what is to be done is no story": (
        f"一、单选题\n请完成下列各题。\n1.谁修渠？（A）\n{PLACES}\n四、简答题\n2.老王种了地，根据情况回答下列问题。\n答案：略\n"
        "3.怎么办？\n答案：报告。\n",
        "S:A Q- Q",
    ),
    "one stem for several under a heading of its own": (
        "三、共用题干题\n老王种了老李的地。\n1.谁有理？（B）\nA.老王 B.老李\n2.找谁？（A）\nA.调解员 B.邮局\n",
        "C[S:B S:A]",
    ),
    # Key tables
    "a key table before the questions": (
        f"答案：\n1-2 AB\n1.谁修渠（ ）\n{PLACES}\n2.谁登记（ ）\n{OTHERS}\n",
        "S:A S:B",
    ),
    "letters apart": (
        f"多选题\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n参考答案\n1．A B C  2．A D\n",
        "M:ABC M:AD",
    ),
    "letters with commas": (
        f"多选题\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n参考答案：1、A、B；2、A、D\n",
        "M:AB M:AD",
    ),
    "strokes and arrows": (
        f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n参考答案\n1-A  2→C\n",
        "S:A S:C",
    ),
    "points in the reasons of a key": (
        f"一、单选题\n1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n参考答案及解析\n1.【答案】A\n【解析】两点：\n"
        "1.近。\n2.便宜。\n2.【答案】C\n【解析】略。\n",
        "S:A S:C",
    ),
    "two papers, each with its key": (
        f"试卷一\n一、单选题\n1.谁修渠？\n{PLACES}\n试卷一参考答案\n1.A\n试卷二\n一、单选题\n1.谁登记？\n{OTHERS}\n"
        "试卷二参考答案\n1.C\n",
        "S:A S:C",
    ),
    "chapters, each with its key": (
        f"第一章\n一、单选题\n1.谁修渠？\n{PLACES}\n二、判断题\n1.渠可公用。\n参考答案\n一、单选题 1.A\n二、判断题 1.√\n"
        f"第二章\n一、单选题\n1.谁登记？\n{OTHERS}\n二、判断题\n1.章可外借。\n参考答案\n一、单选题 1.C\n"
        "二、判断题 1.×\n",
        "S:A J:对 S:C J:错",
    ),
    "chapters, and a key behind the last only": (
        f"第一章\n一、单选题\n1.谁修渠？\n{PLACES}\n第二章\n一、单选题\n1.谁登记？\n{OTHERS}\n参考答案\n一、单选题 1.C\n",
        "S:-* S:C*",
    ),
    "short words of several blanks on one line": (
        "一、填空题\n1.____是根本法，____是民法。\n2.满____岁。\n参考答案\n一、填空题\n1、宪法；民法典 2、18\n",
        "F:宪法；民法典 F:18",
    ),
    "answers that run on": (
        "一、填空题\n1.由____管。\n2.由____批。\n参考答案\n一、填空题\n1.村委会（见第三页。） 2.镇政府\n",
        "F:村委会（见第三页。） 2.镇政府* F:-*",
    ),
    "第1-2题": (f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n参考答案\n第1-2题：AC\n", "S:A S:C"),
    "counts of others behind the key": (
        f"1.谁修渠？\n{PLACES}\n正确答案：C，全站正确率：53%\n易错项：B\n解析\n因此，选择C选项。\n",
        "S:C",
    ),
    "what you chose": (f"1.谁修渠？\n{PLACES}\n你选择的答案：B\n正确答案：C\n", "S:C"),
    "ticks in brackets": ("1.谁修渠？\nA.甲村（√）\nB.乙村（×）\nC.丙村（√）\n", "M:AC*"),
    "the letter of 正确 in the brackets of a judge": (
        "判断题\n1.渠可公用。（ A ）\nA.正确 B.错误\n2.章可外借。（ A ）\nA.错误 B.正确\n",
        "J:对 J:错",
    ),
    # Keys in the stem
    "the key before every stem": (
        f"1.B 谁修渠？\n{PLACES}\n2.C 谁登记？\n{OTHERS}\n3.A 谁送信？\n{OTHERS}\n",
        "S:B S:C S:A",
    ),
    "a letter before one stem is a word": (
        f"1.B 超谁来做？\n{PLACES}\n2.谁登记？\n{OTHERS}\n3.谁送信？\n{OTHERS}\n",
        "S:-* S:-* S:-*",
    ),
    "names in brackets beside the one for the key": (
        f"1.老王（A）欠老李（B）的钱，应当（ ）。\n{PLACES}\n",
        "S:-*",
    ),
    "a name in brackets where no other stem has a key": (
        "".join(f"{n}.谁修渠{n}？\n{PLACES}\n" for n in range(1, 6)) + f"6.老王（A）欠老李的钱，怎么办？\n{OTHERS}\n",
        "S:-* S:-* S:-* S:-* S:-* S:A*",
    ),
    "judges by letters that the heading explains": (
        "三、判断题（A为正确，B为错误）\n1.渠可公用。（A）\n2.章可外借。（B）\n",
        "J:对 J:错",
    ),
    "judges with 是 and 否": ("三、判断题\n1.渠可公用。（是）\n2.章可外借。（否）\n", "J:对 J:错"),
    "several options as the key, with their words": (
        f"1.谁能去？\n{PLACES}\n答案：A.甲村 B.乙村\n",
        "M:AB",
    ),
    "options that name other options": (
        "1.谁说得对？\nA.甲\nB.乙\nC.A和B\nD.A、B都错\n答案：D\n",
        "S:D",
    ),
    # Short
    "要点": ("四、简答题\n1.怎么办？（10分）\n【答案要点】报告。\n2.谁来办？\n答题要点：村委会。\n", "Q Q"),
    "answers without a label": (
        "四、简答题\n1.怎么办？\n先报告，再登记。\n2.谁来办？\n村委会来办。\n",
        "Q* Q*",
    ),
    "one question without a number": ("五、写作题（40分）\n请以“学法”为题写一篇文章。\n", "Q-"),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_is_read_as_it_is_meant(name: str) -> None:
    text, wanted = LAYOUTS[name]
    assert " ".join(said(record) for record in read_pasted(text).records) == wanted


def test_words_of_the_layout_are_not_left_in_stems_and_options() -> None:
    for text, _wanted in LAYOUTS.values():
        for record in read_pasted(text).records:
            words = [record.stem, *(option.text for option in record.options)]
            assert record.state is State.HELD or not any(
                sign in word
                for word in words
                for sign in (
                    "题]",
                    "分)",
                    "No.",
                    "第一题",
                    "本题",
                    "资料",
                    "型题",
                    "答案",
                    "/",
                    "分则",
                    "Answer",
                )
            )


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("单选：AC\n判断：√×\n", "S:A S:C J:对 J:错"),
        ("单选：AC\n判断：√\n", "S:A S:C J:-* J:-*"),
        (
            f"一、单选题\n1.谁修渠？（ A ）\n{PLACES}\n2.谁登记？（ C ）\n{OTHERS}\n二、判断题\n1.渠可公用。（√）\n"
            "2.章可外借。（×）\n",
            "S:A S:C J:对 J:错",
        ),
        (
            f"一、单选题\n1.谁登记？（ C ）\n{OTHERS}\n2.谁修渠？（ A ）\nA.丙村 B.乙村 C.甲村 D.丁村\n",
            "S:-* S:C J:-* J:-*",
        ),
    ],
)
def test_a_key_in_a_file_of_its_own(key: str, wanted: str) -> None:
    """Without numbers, where as many; as the whole paper once more, by the same words and options."""
    paper = f"一、单选题\n1.谁修渠？（ ）\n{PLACES}\n2.谁登记？（ ）\n{OTHERS}\n二、判断题\n1.渠可公用。\n2.章可外借。\n"
    assert " ".join(said(record) for record in read_pasted(paper, key).records) == wanted


def test_keys_without_numbers_go_to_as_many_questions() -> None:
    paper = f"1.谁修渠？\n{PLACES}\n2.谁登记？\n{OTHERS}\n"
    for key in ("A\nC\n", "AC", "A C", "答案\nA、C"):
        assert " ".join(said(record) for record in read_pasted(paper, key).records) == "S:A S:C", key
    assert " ".join(said(record) for record in read_pasted(paper, "A\nC\nB").records) == "S:-* S:-*"
