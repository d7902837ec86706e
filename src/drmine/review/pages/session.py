"""Who a browser is, and which forms came from this server: signed, nothing kept in memory.

The key lies in the workspace, so that a page that was open while the server was killed can
still be sent after it is up again.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from drmine.errors import InputError
from drmine.review.decisions.decision import check_reviewer

_COOKIE = "drmine_reviewer"
MIN_TOKEN = 16
"""A token that others could reach by trying is none."""
_SECRET_FILE = "secret"


class Signer:
    """Signs the reviewer's cookie and the forms.

    Parameters
    ----------
    folder
        Where the key is, or is made; readable by the user alone.
    token
        Mixed into the key: a new token ends all sessions of the old one.
    """

    def __init__(self, folder: Path, token: str | None = None) -> None:
        self._key = hmac.digest(_secret(folder), (token or "").encode(), "sha256")

    @property
    def cookie_name(self) -> str:
        """Name of the cookie: browsers hold those of all ports of a machine together.

        With one name for all, signing in at the pages of one workspace would sign out at those
        of another.
        """
        return f"{_COOKIE}_{self._sign('cookie name')[:12]}"

    def cookie(self, reviewer: str) -> str:
        """Return the value of a reviewer's cookie."""
        return f"{reviewer}.{self._sign('cookie', reviewer)}"

    def reviewer(self, cookie: str | None) -> str | None:
        """Return the reviewer whose cookie this is, or None where this server gave none such."""
        name, _, signature = (cookie or "").rpartition(".")
        try:
            check_reviewer(name)
        except InputError:
            return None
        return name if self._is(signature, "cookie", name) else None

    def reviewer_of(self, cookies: Mapping[str, str]) -> str | None:
        """Return the reviewer who is signed in with these cookies.

        Earlier versions gave one name to all; the form that is open over an upgrade can be sent.
        """
        names = (self.cookie_name, _COOKIE)
        return next(filter(None, (self.reviewer(cookies.get(name)) for name in names)), None)

    def form(self, *parts: str) -> str:
        """Return the token of a form for what it is about: reviewer, record, decision id, text."""
        return self._sign("form", *parts)

    def is_form(self, token: str, *parts: str) -> bool:
        """Whether :meth:`form` gave this token for these parts."""
        return self._is(token, "form", *parts)

    def _sign(self, *parts: str) -> str:
        # no part can hold a NUL: names, numbers and digests
        return hmac.new(self._key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()

    def _is(self, signature: str, *parts: str) -> bool:
        return hmac.compare_digest(signature.encode(), self._sign(*parts).encode())


def _secret(folder: Path) -> bytes:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _SECRET_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        content = path.read_bytes()
        if len(content) >= 32:
            return content
        # a server that was killed while it made the key
        path.unlink()
        return _secret(folder)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    return path.read_bytes()
