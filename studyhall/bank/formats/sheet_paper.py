"""A paper typed into a sheet line by line: stem, options and key one under the other."""

from __future__ import annotations

from studyhall.bank.formats.lines import Line
from studyhall.bank.formats.reading import Reading
from studyhall.bank.formats.sheet_cells import Sheet
from studyhall.bank.record import Place, State


def paper_in(sheet: Sheet, file: str) -> Reading | None:
    """As the reader of papers understands it; None where most of what it finds is not ready to be asked."""
    if not sheet.name or sum(any(row) for row in sheet.rows) < 4:
        return None
    from studyhall.bank.formats.text import read_lines

    lines = [
        Line("    ".join(cell for cell in row if cell), Place(file=file, sheet=sheet.name, row=number))
        for number, row in enumerate(sheet.rows, 1)
    ]
    reading = read_lines(lines, file, "xlsx")
    ready = sum(record.state is State.READY for record in reading.records)
    return reading if ready > 1 and ready >= 0.6 * len(reading.records) else None
