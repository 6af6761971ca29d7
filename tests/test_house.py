"""The house rules that a machine can see: the order of imports, the packages, the words, the clock."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "studyhall"
MODULES = sorted(PACKAGE.rglob("*.py"))


def test_imports_point_one_way() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--config", "setup.cfg", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_packages_listed_are_the_packages_there_are() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = set(setup["options"]["packages"].split())
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for path in PACKAGE.rglob("__init__.py")
        if "static" not in path.parts
    }
    assert listed == found | {"studyhall.templates", "studyhall.question_bank"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_is_the_place_for(module: Path) -> None:
    text = module.read_text(encoding="utf-8").strip()
    assert text.startswith('"""'), "the first line of a module says what it is for"


def test_only_the_clock_reads_the_time() -> None:
    reads = re.compile(r"datetime\.now\(|datetime\.utcnow\(|date\.today\(|time\.time\(\)")
    found = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if path.name != "clock.py" and reads.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_template_carries_style_or_script_of_its_own() -> None:
    """The policy for content would refuse it, and the page would look broken to everybody."""
    inline = re.compile(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=\"|javascript:")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if inline.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_nothing_unescaped_reaches_a_page() -> None:
    """`|safe` is for our own constants: the drawings of the icons, and nothing else."""
    found = [
        (str(path.relative_to(ROOT)), line.strip())
        for path in (ROOT / "templates").rglob("*.html")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\|\s*safe\b", line) and "paths[name]" not in line
    ]
    assert found == []


def test_pages_do_not_name_magnets() -> None:
    names = {"utils", "util", "helpers", "helper", "common", "services", "service", "misc", "manager"}
    assert [path for path in MODULES if path.stem in names or path.parent.name in names] == []
