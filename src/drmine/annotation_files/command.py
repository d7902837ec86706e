"""What `drmine annotations check` and `drmine annotations hydrate` do."""

from __future__ import annotations

from pathlib import Path

from drmine.annotation_files.kinds import AnnotationFile, annotation_files
from drmine.annotations import annotations_folder
from drmine.errors import InputError
from drmine.plural import how_many
from drmine.review.decisions.folder import check_is_there, reviews_folder
from drmine.settings import Settings
from drmine.terminal import Say
from drmine.workspace import Workspace

_SHOWN = 20


def check(settings: Settings, *, reviews: Path | None, say: Say, complain: Say) -> int:
    """Check every file; returns 0, or 1 where a line is not in order."""
    from drmine.annotation_files.check import check_files
    from drmine.taxonomy import load_taxonomy

    files = find_files(settings, reviews)
    problems = list(check_files(files, load_taxonomy()))
    for problem in problems:
        complain(problem)
    say(
        f"{how_many(len(files), 'file')}, "
        + (f"{len(problems):,} problems." if problems else "all lines in order.")
    )
    return 1 if problems else 0


def hydrate(
    settings: Settings, *, out: Path | None, reviews: Path | None, say: Say, complain: Say
) -> int:
    """Gather the texts of all annotated records; returns 0, or 1 where one is not to be had."""
    from drmine.annotation_files.hydrate import HYDRATED, labelled_texts
    from drmine.annotation_files.hydrate import hydrate as gather

    target = out or Workspace(settings.workspace).create().root / HYDRATED
    done = gather(settings, labelled_texts(find_files(settings, reviews)), target)
    say(
        f"{done.n_wanted:,} annotated records: {done.n_stored:,} in the store, {done.n_kept:,} "
        f"in {target.name} before, {done.n_fetched:,} fetched."
    )
    say(f"Texts: {target}")
    for problem in done.problems:
        complain(problem)
    if done.changed:
        complain(
            f"{len(done.changed):,} texts have changed since they were labelled (SHA-256 differs): "
            f"{_some(done.changed)}"
        )
    if done.missing:
        complain(f"Not to be had: {how_many(len(done.missing), 'record')}: {_some(done.missing)}")
    return 1 if done.changed or done.missing or done.problems else 0


def _some(pmids: list[str]) -> str:
    return ", ".join(pmids[:_SHOWN]) + (" ..." if len(pmids) > _SHOWN else "")


def find_files(settings: Settings, reviews: Path | None) -> list[AnnotationFile]:
    """Return the files of the checkout's gold and of the workspace's reviewers.

    Raises
    ------
    InputError
        There is none.
    """
    from drmine.store import Store

    check_is_there(reviews)
    invented = False
    if settings.database_url or Workspace(settings.workspace).database.is_file():
        with Store.open_as_is_right(settings) as store:
            invented = store.has_invented()
    folder = annotations_folder()
    files = annotation_files(
        folder / "gold" if folder else None,
        reviews_folder(settings, reviews, invented=invented),
    )
    if not files:
        raise InputError(
            "There are no annotations here; go to a checkout of drmine, or name the reviewers' "
            "folder with --reviews."
        )
    return files
