"""The commands that look and change nothing: `drmine status` and `drmine compare`."""

from __future__ import annotations

from pathlib import Path

import click

from drmine.cli_options import json_option, reviews_option, workspace_option
from drmine.settings import settings_of
from drmine.terminal import say


@click.command()
@json_option
@reviews_option
@workspace_option
def status(json_file: Path | None, reviews: Path | None, workspace: Path | None) -> int:
    """Say what a workspace is, how it stands, and what to do next; changes nothing.

    Exit code 0: all is well; 1: something is incomplete, missing or out of date; 2: there
    is no such workspace, or it cannot be read.
    """
    from drmine.status.command import tell_status

    return tell_status(settings_of(workspace), reviews=reviews, json_file=json_file, say=say)


@click.command()
@click.argument("before", metavar="BEFORE", type=click.Path(path_type=Path))
@click.argument("after", metavar="AFTER", type=click.Path(path_type=Path))
def compare(before: Path, after: Path) -> int:
    """Say what moved between two runs, and by which cause.

    BEFORE and AFTER are workspaces or trend folders: keep a copy of a trend folder
    to compare a later run with it.
    """
    from drmine import trends_command

    return trends_command.compare(settings_of(None), str(before), str(after), changes=None, say=say)
