"""What `drmine status` does: gather, say, and end with a code that a script can go by."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from drmine.pubmed.atomic import write_atomically
from drmine.review.decisions.folder import same_workspace
from drmine.settings import Settings
from drmine.status.gather import gather
from drmine.status.words import as_lines, is_well, what_next
from drmine.terminal import Say


def tell_status(
    settings: Settings, *, reviews: Path | None, json_file: Path | None, say: Say
) -> int:
    """Say how a workspace stands.

    Returns
    -------
    int
        Exit code: 0 where nothing is incomplete or missing, else 1.
    """
    status = gather(settings, reviews)
    option = same_workspace(settings)
    for line in as_lines(status, option):
        say(line)
    well = is_well(status)
    if json_file is not None:
        row = {**asdict(status), "is_well": well, "next": what_next(status, option)}
        text = json.dumps(row, indent=2, ensure_ascii=False) + "\n"
        write_atomically(json_file, text.encode("utf-8", "backslashreplace"))
    return 0 if well else 1
