"""Settings: every ``DRMINE_*`` environment variable, in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from drmine.errors import ConfigurationError

DEFAULT_EUTILS_URL = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
DEFAULT_WORKSPACE = Path("workspace")
PREFIX = "DRMINE_"
NAMES = (
    *("WORKSPACE", "DATABASE_URL", "EMAIL", "NCBI_API_KEY", "EUTILS_URL", "QUERY_FILE"),
    *("SPACY_MODEL", "REQUEST_ATTEMPTS", "REVIEWS", "REVIEW_TOKEN", "NOTIFY_BLOCK"),
)
"""What :meth:`Settings.from_environment` reads, each after the prefix."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can set from outside; the e-mail and the key never show in a ``repr``."""

    workspace: Path = DEFAULT_WORKSPACE
    database_url: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    eutils_url: str = DEFAULT_EUTILS_URL
    query_file: Path | None = None
    spacy_model: str | None = None
    request_attempts: int | None = None
    reviews: Path | None = None
    review_token: str | None = field(default=None, repr=False)
    notify_block: str | None = None

    def __post_init__(self) -> None:
        for name in ("workspace", "query_file", "reviews"):
            if path := getattr(self, name):
                object.__setattr__(self, name, at_home(path))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the ``DRMINE_*`` variables; an empty value counts as not set."""
        env = os.environ if environ is None else environ

        def get(name: str) -> str | None:
            return env.get(f"{PREFIX}{name}", "").strip() or None

        query_file = get("QUERY_FILE")
        reviews = get("REVIEWS")
        attempts = get("REQUEST_ATTEMPTS")
        # isdigit() takes superscripts too, which are no number to int()
        if attempts is not None and not (attempts.isdecimal() and int(attempts) > 0):
            raise ConfigurationError(
                f"DRMINE_REQUEST_ATTEMPTS is {attempts!r}; set it to a whole number from 1 up."
            )
        eutils_url = get("EUTILS_URL") or DEFAULT_EUTILS_URL
        if not _is_web_address(eutils_url):
            raise ConfigurationError(
                "DRMINE_EUTILS_URL must be an http or https address that ends before esearch.fcgi."
            )
        return cls(
            workspace=Path(get("WORKSPACE") or DEFAULT_WORKSPACE),
            database_url=get("DATABASE_URL"),
            email=get("EMAIL"),
            api_key=get("NCBI_API_KEY"),
            eutils_url=eutils_url,
            query_file=Path(query_file) if query_file else None,
            spacy_model=get("SPACY_MODEL"),
            request_attempts=int(attempts) if attempts else None,
            reviews=Path(reviews) if reviews else None,
            review_token=get("REVIEW_TOKEN"),
            notify_block=get("NOTIFY_BLOCK"),
        )


def settings_of(workspace: Path | str | None) -> Settings:
    """Return the settings of the environment, with this workspace where one is named."""
    settings = Settings.from_environment()
    return settings if workspace is None else replace(settings, workspace=Path(workspace))


def mistyped(environ: Mapping[str, str] | None = None) -> list[str]:
    """Say which variables are near the name of a setting and are none.

    Unsaid, a mistyped ``DRMINE_DATABASE_URL`` would fill another store, and a mistyped
    ``DRMINE_QUERY_FILE`` would ask another query. A variable that is near none is another
    program's.
    """
    known = {PREFIX + name for name in NAMES}
    said = []
    for variable in sorted(os.environ if environ is None else environ):
        if not variable.upper().startswith(PREFIX) or variable in known:
            continue
        from difflib import get_close_matches  # a rare need, and every command loads this module

        name = variable.upper().removeprefix(PREFIX)
        if near := get_close_matches(name, NAMES, n=1, cutoff=0.7):
            said.append(
                f"{variable} is no setting of drmine and counts for nothing; was {PREFIX}{near[0]} "
                "meant?"
            )
    return said


def at_home(path: Path | str) -> Path:
    """Return a path with ``~`` at its beginning spelled out.

    Shells do it, but not within ``--workspace=~/map``, and neither does what reads an
    environment file or the parameters of a deployment.
    """
    # unlike Path.expanduser() it leaves the name of a user who is not known as it is
    return Path(os.path.expanduser(path))  # noqa: PTH111


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        # asking for the port checks it
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
