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
    side: str = "numerator"
    """Which of the figure's two sides the number is."""


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
    year: int,
    own: str,
    figures: Mapping[str, Figure],
    laws: Sequence[str],
    *,
    until: str | None = None,
    exams: int = 1,
    every_month: bool = True,
) -> Paragraph:
    """`laws`: short titles studied at meetings, the most frequent first; `until`: for a running year.

    `exams`: how many there were, since people add up to 人次 over several; `every_month`: a contest in each month.
    """
    left_out: list[str] = []
    start = f"{year}年" if until is None else f"{year}年截至{until}"
    clauses = [
        _study(figures, left_out),
        _laws(laws, left_out),
        _coverage(figures, left_out),
        _exams(figures, exams, left_out),
        _contests(figures, left_out, every_month=every_month),
    ]
    said = [clause for clause in clauses if clause]
    if not said:
        return Paragraph((Piece(f"{start}，{own}还没有可以写进总结的学法记录。"),), tuple(left_out))
    pieces = [Piece(f"{start}，{own}")]
    for position, clause in enumerate(said):
        pieces += [*clause, Piece("。" if position == len(said) - 1 else "；")]
    return Paragraph(tuple(pieces), tuple(left_out))


_SESSIONS = (
    ("centre_group", "通过党委理论学习中心组组织专题学法", "中心组学习"),
    ("nine", "开展“逢九必讲”", "逢九必讲"),
    ("theory", "干部理论学习", "理论学习"),
    ("lecture", "法治讲座", "法治讲座"),
)


def _study(figures: Mapping[str, Figure], left_out: list[str]) -> list[Piece]:
    pieces: list[Piece] = []
    for code, words, name in _SESSIONS:
        key = f"study.sessions.{code}"
        held = figures[key].numerator if key in figures else 0
        if not held:
            left_out.append(name if held is not None else f"{name}（由下级单位各自办，不往上加）")
            continue
        pieces += [Piece("，")] if pieces else []
        pieces += [Piece(words), _count(key, held, "次")]
        if code == "nine":
            times = figures["study.person_times.nine"]
            pieces += [Piece("，参加"), _count(times.key, times.numerator or 0, "人次")]
    return pieces


def _laws(laws: Sequence[str], left_out: list[str]) -> list[Piece]:
    if not laws:
        left_out.append("学了哪些法律")
        return []
    return [Piece("先后学习了" + "".join(f"《{law}》" for law in laws) + "等法律法规")]


def _coverage(figures: Mapping[str, Figure], left_out: list[str]) -> list[Piece]:
    figure = figures["study.coverage"]
    if not figure.numerator or not figure.denominator:
        left_out.append("学法覆盖率")
        return []
    return [Piece("学法覆盖率"), _rate(figure, "")]


def _exams(figures: Mapping[str, Figure], exams: int, left_out: list[str]) -> list[Piece]:
    figure = figures["exam.participation"]
    if not figure.denominator:
        left_out.append("考试")
        return []
    one = exams <= 1
    times = "" if one else "人次"
    due = Piece(f"{figure.denominator}{'名' if one else '人次'}", figure.key, "denominator")
    return [
        *([Piece("组织"), due, Piece("干部参加考试，参考率")] if one
          else [Piece(f"组织考试{exams}场，应考"), due, Piece("，参考率")]),
        *_with_make_up(figures, figure, times),
        Piece("，合格率（应考）"),
        *_with_make_up(figures, figures["exam.pass.due"], times),
    ]  # fmt: skip


def _contests(figures: Mapping[str, Figure], left_out: list[str], *, every_month: bool) -> list[Piece]:
    figure = figures["contest.participation"]
    if not figure.denominator:
        left_out.append("月月赛")
        return []
    start = "每月开展“月月赛”，参与率" if every_month else "开展“月月赛”，参与率"
    return [Piece(start), *_with_make_up(figures, figure, "人次")]


def _with_make_up(figures: Mapping[str, Figure], figure: Figure, unit: str) -> list[Piece]:
    """正考 first; 含补考 beside it where make-ups have changed it."""
    made_up = figures.get(f"{figure.key}.with_make_up")
    beside = [Piece("，含补考"), _rate(made_up, unit)] if made_up is not None else []
    return [_rate(figure, unit), *beside]


def _count(key: str, number: int, unit: str) -> Piece:
    return Piece(f"{number}{unit}", key)


def _rate(figure: Figure, unit: str) -> Piece:
    return Piece(f"{percent(figure.value)}（{figure.numerator}/{figure.denominator}{unit}）", figure.key)
