"""The reader's child process: small, quick to start, and without the website."""

from __future__ import annotations

import subprocess
import sys


def test_a_reader_loads_neither_pages_nor_tables_nor_the_painter() -> None:
    code = (
        "import sys, studyhall.bank.formats.opening\n"
        "print([name for name in ('flask', 'sqlalchemy', 'PIL') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
