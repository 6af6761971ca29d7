"""The yearly paragraph, in the manner in which townships write it: each number is a figure of the report.

What there is no record of is left out and named in `left_out`; what does not fit is not covered up.
Plain values in, plain values out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from studyhall.core.figures import Figure, percent


@dataclass(frozen=True)
class Piece:
    """Some words; with a key where they are a number that opens what is behind it."""

    words: str
    key: str | None = None


@dataclass(frozen=True)
class Paragraph:
    pieces: tuple[Piece, ...]
    left_out: tuple[str, ...]
    """What there is nothing to say about, in words."""

    @property
    def text(self) -> str:
        return "".join(piece.words for piece in self.pieces)


def own_word(unit_name: str, kind: str) -> str:
    """我乡, 我镇, 我县; any other unit goes by its name."""
    if kind in ("township", "county"):
        for ending in ("乡", "镇", "街道", "县", "市", "区", "旗"):
            if unit_name.endswith(ending):
                return f"我{ending}"
    return unit_name


def paragraph(
    year: int, own: str, figures: Mapping[str, Figure], laws: Sequence[str], *, until: str | None = None
) -> Paragraph:
    """`laws`: short titles studied at meetings, the most frequent first; `until`: for a running year."""
    left_out: list[str] = []
    start = f"{year}年" if until is None else f"{year}年截至{until}"
    clauses = [
        _study(figures, left_out),
        _laws(laws),
        _coverage(figures, left_out),
        _exams(figures, left_out),
        _contests(figures, left_out),
    ]
    said = [clause for clause in clauses if clause]
    if not said:
        return Paragraph((Piece(f"{start}，{own}还没有可以写进总结的学法记录。"),), tuple(left_out))
    pieces = [Piece(f"{start}，{own}")]
    for position, clause in enumerate(said):
        pieces += [*clause, Piece("。" if position == len(said) - 1 else "；")]
    return Paragraph(tuple(pieces), tuple(left_out))


def _number(figures: Mapping[str, Figure], key: str) -> int:
    figure = figures.get(key)
    return (figure.numerator or 0) if figure else 0


def _study(figures: Mapping[str, Figure], left_out: list[str]) -> list[Piece]:
    parts: list[list[Piece]] = []
    centre, nine, theory, lecture = (
        _number(figures, f"study.sessions.{code}") for code in ("centre_group", "nine", "theory", "lecture")
    )
    if centre:
        parts.append(
            [Piece("通过党委理论学习中心组组织专题学法"), _count("study.sessions.centre_group", centre, "次")]
        )
    if nine:
        times = _number(figures, "study.person_times.nine")
        parts.append([Piece("开展“逢九必讲”"), _count("study.sessions.nine", nine, "次"), Piece("，参加"),
                      _count("study.person_times.nine", times, "人次")])  # fmt: skip
    if theory:
        parts.append([Piece("干部理论学习"), _count("study.sessions.theory", theory, "次")])
    if lecture:
        parts.append([Piece("法治讲座"), _count("study.sessions.lecture", lecture, "次")])
    for count, word in (
        (centre, "中心组学习"),
        (nine, "逢九必讲"),
        (theory, "理论学习"),
        (lecture, "法治讲座"),
    ):
        if not count:
            left_out.append(word)
    pieces: list[Piece] = []
    for part in parts:
        pieces += ([Piece("，")] if pieces else []) + part
    return pieces


def _laws(laws: Sequence[str]) -> list[Piece]:
    if not laws:
        return []
    return [Piece("先后学习了" + "".join(f"《{law}》" for law in laws) + "等法律法规")]


def _coverage(figures: Mapping[str, Figure], left_out: list[str]) -> list[Piece]:
    figure = figures["study.coverage"]
    if not figure.numerator or not figure.denominator:
        left_out.append("学法覆盖率")
        return []
    return [Piece("学法覆盖率"), _rate(figure, "")]


def _exams(figures: Mapping[str, Figure], left_out: list[str]) -> list[Piece]:
    figure = figures["exam.participation"]
    if not figure.denominator:
        left_out.append("考试")
        return []
    pieces = [
        Piece("组织"),
        Piece(f"{figure.denominator}名", figure.key),
        Piece("干部参加考试，参考率"),
        _rate(figure, ""),
    ]
    passed = figures["exam.pass.due"]
    pieces += [Piece("，合格率（应考）"), _rate(passed, "")]
    made_up = figures.get("exam.pass.due.with_make_up")
    if made_up is not None:
        pieces += [Piece("，含补考"), _rate(made_up, "")]
    return pieces


def _contests(figures: Mapping[str, Figure], left_out: list[str]) -> list[Piece]:
    figure = figures["contest.participation"]
    if not figure.denominator:
        left_out.append("月月赛")
        return []
    return [Piece("每月开展“月月赛”，参与率"), _rate(figure, "人次")]


def _count(key: str, number: int, unit: str) -> Piece:
    return Piece(f"{number}{unit}", key)


def _rate(figure: Figure, unit: str) -> Piece:
    return Piece(f"{percent(figure.value)}（{figure.numerator}/{figure.denominator}{unit}）", figure.key)
