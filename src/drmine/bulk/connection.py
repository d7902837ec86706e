"""How a server of bulk files is asked: how long it is waited for, and no other in its place."""

from __future__ import annotations

import httpx

from drmine import __version__
from drmine.errors import InputError
from drmine.pubmed.retry import RetryPolicy
from drmine.settings import Settings

_SILENCE = httpx.Timeout(60.0)


def is_too_long(wait: float | None, policy: RetryPolicy) -> bool:
    """Whether a server asks for more patience than a run has."""
    return wait is not None and wait > policy.longest_retry_after


def usual_policy() -> RetryPolicy:
    """Return how often a server is asked again: as the settings say."""
    attempts = Settings.from_environment().request_attempts
    return RetryPolicy(attempts=attempts) if attempts else RetryPolicy()


def client_for(url: str) -> httpx.Client:
    """Return a client that asks the server of an address, and follows it to no other."""
    here = httpx.URL(url)

    def stay(request: httpx.Request) -> None:
        to = request.url
        same = to.host == here.host and (to.scheme, to.port) == (here.scheme, here.port)
        # as it is with links: whom to ask is for the user to say, not for a server
        if not same and (to.host, here.scheme, to.scheme) != (here.host, "http", "https"):
            raise InputError(
                f"{url} sends on to {to.scheme}://{to.host}/; name that address itself, if it is "
                "one that you trust."
            )

    return httpx.Client(
        timeout=_SILENCE,
        follow_redirects=True,
        event_hooks={"request": [stay]},
        # packed once is enough, and the sum is of the file as it lies there
        headers={"User-Agent": f"drmine/{__version__}", "Accept-Encoding": "identity"},
    )
