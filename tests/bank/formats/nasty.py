"""Questions in words that break formats: their own signs, marks of other formats, right-to-left, emoji, long."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from studyhall.bank.answers import truth_of
from studyhall.bank.formats.html_words import tidy
from studyhall.bank.formats.lines import cleaned
from studyhall.bank.record import KEYS, Kind, Picture, Point, Record, lettered, normalised
from tests.bank.formats.papers import sentences
from tests.factories import a_picture

PIECES = (
    *("~", "=", "#", "{", "}", ":", "\\", "\\n", "\\\\", "->", "####", "::题::", "//注", "%50%", "%-100%", "[html]"),
    *("[plain]", "$CATEGORY: a/b", "{=甲 ~乙}", "{1:SA:=甲}", "{1:MC:=甲~乙}", "{T}", "{}", "ANSWER: A", "A) 甲", "B. 乙"),
    *("<b>粗</b>", "<p>", "</text>", "<![CDATA[", "]]>", "&", "&amp;", "&#5;", "&lt;", '"', "'", "<!-- -->", "a<b", "a>b"),
    *(' xmlns="x"', "@@PLUGINFILE@@/a.png", "〔图〕", "〔图9〕", "<img src=x>", "_x0041_", "=1+1", "+1", "@x", "-1"),
    *("ＡＢＣ", "％＝～", "　", "。", "、", "；", ";", "/", "|", "||", "，", "…", "\u00a0", "\t"),
    *("😀", "👩‍👩‍👧", "𠮷", "\u200f", "\u202e反", "\u200b", "\ufeff", "\ue000", "\ue0ff", "é", "e\u0301", "ﬁ"),
    *("\n", "\n\n", "\n　　", "\n//", "\nANSWER: B\n", "\nA) 丙", "\n$CATEGORY: x\n", "〔以上是材料〕", "采分点：", "law:x"),
)  # fmt: skip
ONE_LINE = tuple(piece for piece in PIECES if not {"\n"} & set(piece))


def words(*, lines: bool = True, without: str = "") -> st.SearchStrategy[str]:
    """As the bank keeps them: a blank is one blank, no line is empty. Each ends in words of its own."""
    pieces = [piece for piece in (PIECES if lines else ONE_LINE) if not (set(without) & set(piece))]
    plain = st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters=without), max_size=6
    )
    some = st.lists(st.one_of(st.sampled_from(pieces), sentences(), plain), min_size=1, max_size=7)
    return st.tuples(some, sentences(), st.sampled_from(["", "长" * 500])).map(
        lambda parts: tidy(cleaned("".join([*parts[0], parts[1], parts[2] if lines else ""])))
    )


@st.composite
def _choices(draw: st.DrawFn, kind: Kind) -> Record:
    alike = {"unique_by": lambda text: "".join(text.split()), "min_size": 3, "max_size": 6}
    texts = draw(st.lists(words(), **alike))  # type: ignore[arg-type]
    several = (
        {"min_size": 2, "max_size": len(texts)} if kind is Kind.MULTIPLE else {"min_size": 1, "max_size": 1}
    )
    right = draw(st.lists(st.sampled_from(KEYS[: len(texts)]), unique=True, **several))
    return Record(kind, draw(words()), lettered(texts), tuple(sorted(right)))


@st.composite
def _blanks(draw: st.DrawFn) -> Record:
    """As many blanks in the stem as there are answers."""
    unlined = words(lines=False, without="_（）()【】[]*")
    word = unlined.filter(lambda text: truth_of(text) is None)
    stem = words(without="_（）()【】[]")
    blanks = draw(
        st.lists(st.lists(word, min_size=1, max_size=3, unique=True).map(tuple), min_size=1, max_size=3)
    )
    return Record(Kind.FILL, tidy("".join(draw(stem) + "____" for _blank in blanks)), answer=tuple(blanks))


@st.composite
def _short(draw: st.DrawFn) -> Record:
    points = draw(st.lists(st.builds(Point, words(lines=False), st.integers(1, 20)), max_size=3))
    return Record(Kind.SHORT, draw(words()), answer=draw(st.none() | words()), points=tuple(points))


@st.composite
def _with_pictures(draw: st.DrawFn, record: Record) -> Record:
    """Named in the order in which the words name them: first the stem, then each option."""
    colours = draw(st.lists(st.sampled_from(["red", "blue", "green"]), max_size=2, unique=True))
    if not colours or "图" in record.stem:
        return record
    pictures = tuple(a_picture(f"图{number}", colour) for number, colour in enumerate(colours, 1))
    record = replace(record, stem=f"{record.stem}〔图1〕", pictures=pictures)
    if len(pictures) == 1 or not record.options:
        return replace(record, pictures=pictures[:1])
    *others, last = record.options
    return replace(record, options=(*others, last._replace(text=f"{last.text}〔图2〕〔图1〕")))


@st.composite
def questions(draw: st.DrawFn, number: str = "1", *, pictures: bool = True) -> Record:
    kind = draw(st.sampled_from([Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE, Kind.FILL, Kind.SHORT]))
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        record = draw(_choices(kind))
    elif kind is Kind.JUDGE:
        record = Record(kind, draw(words()), answer=draw(st.booleans()))
    else:
        record = draw(_blanks() if kind is Kind.FILL else _short())
    law = draw(st.sampled_from(["", "民法典", "治安管理处罚法"]))
    record = replace(
        record,
        explanation=draw(st.just("") | words()),
        id=f"q-{number}",
        law=law,
        edition=draw(st.sampled_from(["", "2021-01-01"])) if law else "",
        cites=tuple(
            draw(
                st.lists(
                    st.sampled_from(["第十条", "《宪法》第三条第二款", "第九条之一"]), max_size=2, unique=True
                )
            )
        ),
        difficulty=draw(st.sampled_from([None, 1, 2, 3])),
    )
    return draw(_with_pictures(record)) if pictures else record


@st.composite
def banks(draw: st.DrawFn, *, pictures: bool = True) -> list[Record]:
    """One to four questions or cases; no stem twice."""
    found: list[Record] = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        if draw(st.integers(0, 3)):
            found.append(draw(questions(str(number), pictures=pictures)))
        else:
            count = draw(st.integers(1, 3))
            parts = tuple(
                draw(questions(f"{number}-{place}", pictures=pictures)) for place in range(1, count + 1)
            )
            law = draw(st.sampled_from(["", "民法典"]))
            cited = tuple(draw(st.lists(st.just("第二条"), max_size=1)))
            case = Record(Kind.CASE, draw(words()), parts=parts, id=f"c-{number}", law=law, cites=cited)
            found.append(case)
    stems: set[str] = set()
    return [one for one in found if not (normalised(one.stem) in stems or stems.add(normalised(one.stem)))]


def kept(record: Record) -> dict[str, object]:
    """What must come back; pictures by what they show."""
    return {
        "kind": record.kind,
        "stem": record.stem,
        "options": record.options,
        "answer": record.answer,
        "explanation": record.explanation,
        "points": record.points,
        "beside": (record.id, record.law, record.edition, record.cites, record.difficulty),
        "pictures": sorted((one.name, _shown(one)) for one in record.pictures),
        "parts": [kept(part) for part in record.parts],
    }


def _shown(picture: Picture) -> str:
    return picture.digest
