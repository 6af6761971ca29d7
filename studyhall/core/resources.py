"""Where the templates and the bank that come with the product are: inside the package, else beside it."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def templates() -> Path:
    return _find("templates", "layout.html")


def question_bank() -> Path:
    return _find("question_bank", "*/*.yaml")


def _find(name: str, holds: str) -> Path:
    # Installed from a wheel the folder is in the package; in a checkout beside it. Which one it is, is told
    # by what it holds: an empty folder left over by a build is not it.
    for folder in (_PACKAGE / name, _PACKAGE.parent / name):
        if any(folder.glob(holds)):
            return folder
    raise FileNotFoundError(f"no {name} in or beside {_PACKAGE}")
