"""Where reviewers' decisions go, and where the queue is kept."""

from __future__ import annotations

import shlex
from pathlib import Path

from drmine.annotations import annotations_folder
from drmine.errors import ConfigurationError, InputError
from drmine.settings import Settings

REVIEWS = "reviews"


def check_is_there(option: Path | None) -> None:
    """Refuse a folder of ``--reviews`` that is not there: nothing in it is not all in order.

    Raises
    ------
    InputError
        It is none.
    """
    if option is not None and not option.is_dir():
        raise InputError(f"{option} is no folder; name the folder of the reviewers' files.")


def reviews_folder(settings: Settings, option: Path | None = None, *, invented: bool) -> Path:
    """Return the folder of the decisions; it need not be there yet.

    Parameters
    ----------
    settings
        Workspace, and ``DRMINE_REVIEWS``.
    option
        ``--reviews``; goes before everything else.
    invented
        Whether the workspace holds invented records. Decisions on those never go into the
        annotations of the checkout: they stay in the workspace unless a folder outside the
        checkout's annotations is named.

    Raises
    ------
    ConfigurationError
        ``option`` would put decisions on invented records into the checkout.
    """
    checkout = annotations_folder()
    if option is not None:
        if invented and _within(option, checkout):
            raise ConfigurationError(
                f"The records of {settings.workspace} are invented and cannot be reviewed into "
                f"{option}; leave --reviews out, or name another folder."
            )
        return option
    if settings.reviews is not None and not (invented and _within(settings.reviews, checkout)):
        return settings.reviews
    if checkout is not None and not invented:
        return checkout / REVIEWS
    return settings.workspace / REVIEWS


def same_workspace(settings: Settings) -> str:
    """Return what a command that is printed needs to mean this workspace, to be copied as it is."""
    # nothing where it is the one that is taken without a word
    if settings.workspace == Settings.from_environment().workspace:
        return ""
    return f" --workspace {shlex.quote(str(settings.workspace))}"


def review_dir(settings: Settings) -> Path:
    """Return the folder of what the review keeps for itself: queue, state, secret."""
    return settings.workspace / "review"


def _within(folder: Path, parent: Path | None) -> bool:
    return parent is not None and folder.resolve().is_relative_to(parent.resolve())
