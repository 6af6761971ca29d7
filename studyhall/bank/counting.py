"""How many questions: one way to count, for imports, the check and every page."""

from collections import Counter
from collections.abc import Iterable, Iterator

from studyhall.bank.record import Kind, Record


def questions_in(records: Iterable[Record]) -> Iterator[Record]:
    """Each question once: the parts of a case, the case itself not."""
    for record in records:
        if record.kind is Kind.CASE:
            yield from record.parts
        else:
            yield record


def kind_counts(records: Iterable[Record]) -> dict[str, int]:
    """`by_kind` of CONTRACTS.md: the first six add up to the total, `case` counts the materials."""
    records = list(records)
    found = Counter(question.kind for question in questions_in(records))
    found[Kind.CASE] = sum(record.kind is Kind.CASE for record in records)
    order = (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE, Kind.FILL, Kind.SHORT, Kind.OTHER, Kind.CASE)
    return {kind.value: found[kind] for kind in order}
