"""Invented bulk files: numbered as NLM's, with revisions, versions and deletions."""

from __future__ import annotations

import gzip
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from drmine.store import Store
from drmine.store.engine import reading
from drmine.store.schema import metadata

FIRST_PMID = 99_000_001
# who and when: different for the same content
BOOKKEEPING = {"first_seen", "last_changed", "first_run", "last_run", "run_id"}
ON_TOPIC = "Invented epilepsy that resists drugs"
OFF_TOPIC = "Invented leaves of lime trees"


def article(pmid: int, title: str, *, version: int = 1, revised: str = "2024-01-01") -> str:
    """Return one invented record as PubMed XML."""
    year, month, day = revised.split("-")
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID>'
        f"<DateRevised><Year>{year}</Year><Month>{month}</Month><Day>{day}</Day></DateRevised>"
        "<Article><Journal><Title>Annals of Nothing</Title></Journal>"
        f"<ArticleTitle>{title}.</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
    )


def bulk_file(path: Path, articles: list[str], deleted: tuple[int, ...] = ()) -> Path:
    """Write one bulk file, gzip, the deletions behind the records."""
    gone = "".join(f'<PMID Version="1">{pmid}</PMID>' for pmid in deleted)
    gone = f"<DeleteCitation>{gone}</DeleteCitation>" if gone else ""
    text = f"<PubmedArticleSet>{''.join(articles)}{gone}</PubmedArticleSet>"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    return path


@dataclass
class _Life:
    version: int = 1
    day: int = 1
    seen: bool = False
    titles: list[str] = field(default_factory=list)


def year_of_files(folder: Path, n: int, seed: int, pmids: int = 12) -> list[Path]:
    """Write ``n`` numbered files in which records come, change, leave the topic, go and return."""
    chance = random.Random(seed)
    lives = {FIRST_PMID + i: _Life() for i in range(pmids)}
    paths = []
    for number in range(1, n + 1):
        articles, deleted = [], []
        for pmid, life in lives.items():
            what = chance.choice(
                ["", "", "again", "revised", "version", "deleted", "both", "twice"]
            )
            if not what:
                continue
            if what == "deleted":
                deleted.append(pmid)
                continue
            for _ in range(2 if what == "twice" else 1):
                life.version += what == "version"
                life.day += what in ("revised", "twice")
                title = chance.choice([ON_TOPIC, OFF_TOPIC]) + f" {chance.randrange(3)}"
                articles.append(
                    article(
                        pmid, title, version=life.version, revised=f"2024-01-{life.day % 28 + 1:02}"
                    )
                )
            if what == "both":
                deleted.append(pmid)
        paths.append(bulk_file(folder / f"pubmed26n{number:04}.xml.gz", articles, tuple(deleted)))
    return paths


def content(place: Path) -> dict[str, list[str]]:
    """Return what the store of a workspace holds, without who put it there and when."""
    found: dict[str, list[str]] = {}
    with Store.open(place / "drmine.sqlite") as store, reading(store._engine) as connection:
        for table in metadata.sorted_tables:
            if table.name in ("runs", "bulk_files"):
                continue
            columns = [c for c in table.columns if c.name not in BOOKKEEPING]
            rows: Any = connection.execute(select(*columns)).mappings()
            found[table.name] = sorted(repr(dict(row)) for row in rows)
    return found
