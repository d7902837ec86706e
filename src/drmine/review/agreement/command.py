"""What `drmine review agreement` does."""

from __future__ import annotations

import json
from pathlib import Path

from drmine.pubmed.atomic import write_atomically
from drmine.review.agreement.compare import agreement
from drmine.review.agreement.text import as_json, as_lines
from drmine.review.decisions.files import read_decisions
from drmine.review.decisions.folder import check_is_there, reviews_folder
from drmine.settings import Settings
from drmine.terminal import Say


def tell_agreement(
    settings: Settings,
    *,
    reviews: Path | None,
    csv_file: Path | None,
    json_file: Path | None,
    say: Say,
    complain: Say,
) -> int:
    """Print the figures of every two raters, and write them to files.

    Returns
    -------
    int
        Exit code: 0; 1 where lines of decisions could not be read.

    Raises
    ------
    InputError
        ``reviews`` names a folder that is not there.
    ConfigurationError
        A file cannot be written.
    """
    from drmine.refresh.job import has_store, reading_store
    from drmine.taxonomy import load_taxonomy

    check_is_there(reviews)
    invented = False
    # a folder of decisions can be compared without their texts
    if has_store(settings) or reviews is None:
        with reading_store(settings) as store:
            invented = store.has_invented()
    folder = reviews_folder(settings, reviews, invented=invented)
    problems: list[str] = []
    pairs = agreement(read_decisions(folder, problems), load_taxonomy().ids)
    for line in as_lines(pairs):
        say(line)
    if not pairs:
        say(f"Nothing to compare: no record in {folder} was judged twice, or beside the machine.")
    for problem in problems:
        complain(f"Left out: {problem}")
    if csv_file is not None:
        from drmine.report.agreement import csv_bytes

        write_atomically(csv_file, csv_bytes(pairs))
    if json_file is not None:
        write_atomically(json_file, (json.dumps(as_json(pairs), indent=1) + "\n").encode())
    return 1 if problems else 0
