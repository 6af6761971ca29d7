"""The `studyhall` command. Each sub-command is thin over a function that a page calls too."""

from __future__ import annotations

import click

from studyhall.cli.bank import bank
from studyhall.cli.bank_export import export_file
from studyhall.cli.bank_import import import_file, undo
from studyhall.cli.database import db
from studyhall.cli.library import library
from studyhall.cli.people import init, people
from studyhall.cli.practice import practice
from studyhall.cli.report import report
from studyhall.cli.serving import demo, serve


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="studyhall", prog_name="studyhall")
def main() -> None:
    """学法堂：单位学法、测评和统计。"""


for command in (demo, init, serve, db, people, bank, library, practice, report):
    main.add_command(command)
for command in (import_file, undo, export_file):
    bank.add_command(command)
