"""Keys that lead: the answer stands before its question, so the first of a section belongs to nothing yet."""

from __future__ import annotations

from collections.abc import Sequence

from studyhall.bank.answers import letters_of, truth_of
from studyhall.bank.formats.text_cut import Item, Piece, cut


def behind_their_questions(
    items: Sequence[Item], pieces: list[Piece], expected: int
) -> tuple[list[Piece], bool]:
    """The pieces with each key in the question it leads; True where a key leads and it does not come out.

    Cut as usual, the key of every question would be that of the one before: nothing is more wrong.
    """
    if len(pieces) < 2 or pieces[0].number is not None or not _is_a_lone_key(pieces[0]):
        return pieces, False
    if pieces[1].number not in (None, 1, expected):
        return pieces, True  # the first question may have lost its number, and this is its key
    firsts = {id(piece.items[0]) for piece in pieces if piece.number is not None}
    moved: list[Item] = []
    waiting: Item | None = None
    for item in items:
        if item.labelled and waiting is None:
            waiting = item
            continue
        moved.append(item)
        if waiting is not None and id(item) in firsts:
            moved.append(waiting)
            waiting = None
    again = cut(moved, expected)
    whole = waiting is None and all(
        piece.number is not None and sum(item.labelled for item in piece.items) == 1 for piece in again
    )
    return (again, False) if whole else (pieces, True)


def _is_a_lone_key(piece: Piece) -> bool:
    labelled = [item for item in piece.items if item.labelled]
    if (
        len(labelled) != 1
        or piece.items[-1] is not labelled[0]
        or any(item.first_option for item in piece.items)
    ):
        return False
    key = labelled[0].mark.rest
    return letters_of(key) is not None or truth_of(key) is not None
