"""The review app: pages for correcting the machine, made here, on the reviewer's own machine."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.responses import Response

from drmine.errors import DrmineError
from drmine.review.decisions.folder import review_dir, reviews_folder
from drmine.review.decisions.index import DecisionIndex
from drmine.review.pages.desk import Desk
from drmine.review.pages.other_routes import add_other_routes
from drmine.review.pages.record_routes import add_record_routes
from drmine.review.pages.security import Guard, allowed_hosts, check_host, is_loopback
from drmine.review.pages.session import Signer
from drmine.review.pages.site import Site
from drmine.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Options:
    """How the app is served.

    ``hosts`` are further names under which it may be addressed, such as that of a proxy.
    """

    host: str = LOOPBACK
    blind: bool = False
    token: str | None = None
    reviews: Path | None = None
    hosts: Collection[str] = ()


def make_site(settings: Settings, options: Options) -> Site:
    """Open the store and read the decisions of a workspace.

    Raises
    ------
    ConfigurationError
        The host asks for a token, or the decisions would go where they may not.
    """
    from drmine.refresh.job import existing_store
    from drmine.taxonomy import load_taxonomy

    check_host(options.host, options.token, options.hosts)
    store = existing_store(settings)
    counts = store.counts()
    invented = counts["invented"] > 0
    folder = review_dir(settings)
    index = DecisionIndex(reviews_folder(settings, options.reviews, invented=invented))
    return Site(
        store=store,
        index=index,
        desk=Desk(folder, index, store.known_of),
        signer=Signer(folder, options.token),
        taxonomy=load_taxonomy(),
        blind=options.blind,
        token=options.token,
        invented=invented,
        partly_invented=invented and counts["invented"] < counts["records"],
    )


def create_app(site: Site, options: Options | None = None) -> ASGIApp:
    """Return the app with its guard; nothing is served that is not a page of it."""
    options = options or Options()
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_record_routes(app, site)
    add_other_routes(app, site)

    @app.exception_handler(DrmineError)
    def in_one_sentence(request: Request, error: Exception) -> Response:
        return site.message(request, 503, str(error))

    @app.exception_handler(404)
    def not_found(request: Request, error: Exception) -> Response:
        return site.message(request, 404, "There is no such page.")

    @app.exception_handler(405)
    def not_served(request: Request, error: Exception) -> Response:
        # such as the address of a form, opened anew from the browser's list
        return site.message(request, 405, "This address only takes a form; nothing was changed.")

    names = allowed_hosts(options.host, options.hosts)
    return Guard(app, names, loopback_only=is_loopback(options.host))
