"""What the papers at the top tell a newcomer to type is there to be typed, and the files they name exist."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from studyhall.cli import main

ROOT = Path(__file__).parent.parent
PAPERS = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/importing.md", "docs/exchange.md"]
SAID = {paper: (ROOT / paper).read_text(encoding="utf-8") for paper in PAPERS}


def _commands() -> list[tuple[str, str]]:
    found = set()
    for paper, text in SAID.items():
        for line in re.findall(r"^    (studyhall [^#\n]+)", text, re.MULTILINE):
            found.add((paper, line.strip()))
        for words in re.findall(r"`(studyhall [^`]+)`", text):
            found.add((paper, words))
    return sorted(found)


@pytest.mark.parametrize(("paper", "words"), _commands())
def test_a_command_that_a_paper_names_is_there_with_its_options(paper: str, words: str) -> None:
    command: click.Command = main
    for word in words.split()[1:]:
        if isinstance(command, click.Group):
            assert word in command.commands, f"{paper}: {words}"
            command = command.commands[word]
        elif word.startswith("--"):
            options = {option for one in command.params for option in one.opts}
            assert word in options, f"{paper}: {words}"
    assert not isinstance(command, click.Group) or len(words.split()) == 2


@pytest.mark.parametrize("paper", PAPERS)
def test_make_knows_what_a_paper_asks_of_it(paper: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    asked = set(re.findall(r"(?:^    |`)make ([a-z]+)", SAID[paper], re.MULTILINE))
    assert asked <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("paper", [*PAPERS, "CHANGELOG.md"])
def test_a_file_that_a_paper_leads_to_is_there(paper: str) -> None:
    place = (ROOT / paper).parent
    text = (ROOT / paper).read_text(encoding="utf-8")
    leads = [one for one in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in one]
    named = re.findall(r"`((?:studyhall|templates|tests|docs|benchmarks|question_bank|\.ci)/[\w./-]*)`", text)
    assert [one for one in leads if not (place / one).exists()] == []
    assert [one for one in named if not (ROOT / one).exists()] == []


def test_both_readmes_name_the_same_commands_for_a_start() -> None:
    def start(paper: str) -> set[str]:
        return set(
            re.findall(
                r"^    (make \w+|studyhall (?:db upgrade|init|bank load|serve))", SAID[paper], re.MULTILINE
            )
        )

    assert start("README.md") == start("README.zh-CN.md")
    assert {"make demo", "make test"} <= start("README.md")
