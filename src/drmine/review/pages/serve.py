"""Runs the review app until it is stopped."""

from __future__ import annotations

import socket
from contextlib import suppress

from drmine.errors import ConfigurationError, InputError
from drmine.plural import how_many
from drmine.review.decisions.folder import reviews_folder, same_workspace
from drmine.review.pages.app import Options, create_app, make_site
from drmine.settings import Settings
from drmine.terminal import Say

EVERY = ("0.0.0.0", "::")
"""Hosts that stand for all addresses of this machine."""


def serve(settings: Settings, options: Options, *, port: int, say: Say) -> int:
    """Serve the review app on a port (0: any free one), and say where it is.

    Raises
    ------
    ConfigurationError
        Something is wrong with host, token or port.
    InputError
        There is nothing to review yet.
    """
    import uvicorn

    site = make_site(settings, options)
    if not site.store.counts()["annotated"]:
        raise InputError(
            f"{settings.workspace} holds no labelled record; run `drmine refresh` first."
        )
    listener = _listen(options.host, port)
    shown = f"[{options.host}]" if ":" in options.host else options.host
    address = f"http://{shown}:{listener.getsockname()[1]}/"
    n_left = sum(one.total - one.done for one in site.desk.progress())
    say(f"Review: {address}  (stop with Ctrl+C)")
    if options.host in EVERY:
        # the address above means "all of this machine's", and leads nowhere from another one
        say(f"For others: http://{socket.gethostname()}:{listener.getsockname()[1]}/")
    say(
        f"Queue: {how_many(n_left, 'record')} left"
        + ("" if n_left else f"; draw one: drmine review queue{same_workspace(settings)}")
    )
    say(f"Decisions: {site.index.folder}")
    read_by_runs = reviews_folder(settings, invented=site.invented)
    if read_by_runs.resolve() != site.index.folder.resolve():
        say(
            f"`drmine refresh` reads {read_by_runs}; set DRMINE_REVIEWS={site.index.folder} for it "
            "to read these."
        )
    for problem in site.index.problems[:5]:
        say(f"Left out: {problem}")
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(site, options), log_level="warning", access_log=False, lifespan="off",
            server_header=False, ws="none",
        )
    )  # fmt: skip
    # Ctrl+C is the way to stop it, and comes back after everything is closed
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    site.store.close()
    return 0


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # with the protocol named, asyncio sends small parts at once; else each answer waits 40 ms
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise ConfigurationError(
            f"Port {port} of {host} cannot be used ({error.strerror or error}); choose another "
            "with --port."
        ) from None
    return listener
