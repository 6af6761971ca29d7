"""Loading `question_bank/` into the tables: new questions in use, changed ones as a next version.

Loading the same files again changes nothing. A question that has left the files is retired, not deleted:
somebody may have been dealt it. A question that an admin has edited keeps his words until its file changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from studyhall.bank.filing import Counts, Filing, Loaded
from studyhall.bank.formats.yaml_bank import Bank as BankFiles
from studyhall.bank.formats.yaml_bank import read_bank
from studyhall.bank.models import Bank, Question
from studyhall.core.citations import parse_citation
from studyhall.core.errors import Refused
from studyhall.library import filing
from studyhall.library.models import Edition

OWN_BANK = "学法堂题库"


def load_directory(
    session: Session, directory: Path, progress: Callable[[str], None] = lambda _words: None
) -> Loaded:
    """Everything below `directory` into the product's own bank. Raises Refused where a file has a fault."""
    return load_files(session, files_of(directory), progress)


def files_of(directory: Path) -> BankFiles:
    """Read, which takes longer than writing. Raises Refused where a file has a fault or there is none."""
    files = read_bank(directory)
    if files.faults:
        first = files.faults[0]
        raise Refused(
            "%(file)s：%(fault)s 共%(count)s处错误，未载入任何试题。",
            file=first.file,
            fault=first.message,
            count=len(files.faults),
        )
    if not files.files:
        raise Refused("%(folder)s 里没有试题文件，未载入任何试题。", folder=directory)
    return files


def load_files(
    session: Session, files: BankFiles, progress: Callable[[str], None] = lambda _words: None
) -> Loaded:
    """What was read into the product's own bank."""
    progress(f"读完{len(files.files)}个试题文件。")
    editions = _file_laws(session, files)
    progress(f"法律、条旨、要点已核对，共{len({law for law, _ in editions})}部法律。")
    filed = Filing(session, _own_bank(session), editions)
    filed.compare(files.records())
    filed.write()
    filed.retire_absent()
    for law, counts in filed.done.by_law.items():
        progress(f"{law}：{in_words(counts)}")
    return filed.done


def in_words(counts: Counts) -> str:
    return f"新增{counts.added}题，改动{counts.changed}题，不变{counts.same}题，停用{counts.retired}题。"


def is_loaded(session: Session) -> bool:
    """Whether the product's own bank holds anything here."""
    own = sa.select(Question.id).join(Bank).where(Bank.owner_unit_id.is_(None), Bank.name == OWN_BANK)
    return bool(session.scalar(sa.select(own.exists())))


def _own_bank(session: Session) -> Bank:
    bank = session.scalar(sa.select(Bank).where(Bank.owner_unit_id.is_(None), Bank.name == OWN_BANK))
    if bank is None:
        bank = Bank(name=OWN_BANK, owner_unit_id=None)
        session.add(bank)
        session.flush()
    return bank


def _file_laws(session: Session, files: BankFiles) -> dict[tuple[str, str], Edition]:
    editions: dict[tuple[str, str], Edition] = {}
    for file in files.files:
        key = (file.law, file.edition)
        if key not in editions:
            editions[key] = filing.file_edition(
                session, file.law, date.fromisoformat(file.edition), file.articles
            )
    for contents in files.contents:
        edition = editions.get((contents.law, contents.edition))
        if edition is not None and edition.imported_at is None:
            headings = [filing.Heading(h.title, h.level, h.first, h.last) for h in contents.headings]
            filing.file_headings(session, edition, headings)
    gists: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for gist_file in files.gists:
        gists[gist_file.law, gist_file.edition] |= {gist.article: gist.text for gist in gist_file.gists}
    cards: dict[tuple[str, str], list[filing.Card]] = defaultdict(list)
    for point_file in files.key_points:
        for point in point_file.points:
            cited = [parse_citation(words) for words in point.cites]
            articles = tuple(one.article for one in cited if one is not None and one.law is None)
            cards[point_file.law, point_file.edition].append(
                filing.Card(point.id, point.part, point.title, point.text, articles)
            )
    for key, edition in editions.items():
        filing.file_gists(session, edition, gists.get(key, {}))
        filing.file_cards(session, edition, cards.get(key, []))
    return editions
