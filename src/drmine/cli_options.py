"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

json_option = click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write the figures as JSON too."
)


class Folder(click.Path):
    """A folder; an empty name is a slip, not a wish for the folder in which one stands."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("it is empty; name a folder, or leave the option out.", param, ctx)
        return super().convert(value, param, ctx)


workspace_option = click.option(
    "--workspace",
    type=Folder(path_type=Path),
    help="Folder of the database, trend files and report (default: ./workspace, "
    "or DRMINE_WORKSPACE).",
)

reviews_option = click.option(
    "--reviews",
    type=click.Path(path_type=Path),
    help="Folder of the decisions (default: DRMINE_REVIEWS, or annotations/reviews of the "
    "checkout; for invented records the workspace's own).",
)


# these keep each batch or decision as it comes; the others write at their end, or nothing
_GO_ON = frozenset({"import", "bulk", "refresh", "demo", "schedule", "review"})


def stopped_sentence(arguments: Sequence[str]) -> str:
    """Return what is said when the user stops a command: whether it goes on at the next call."""
    if arguments and arguments[0] in _GO_ON:
        return "Stopped. What was done is kept; run the command again to go on."
    return "Stopped before it was done; run again, the command begins anew."
