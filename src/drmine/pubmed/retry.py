"""When and how long to wait before another attempt."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# refused for now (408, 425, 429) or broken on the server's side; all other 4xx are our mistake
TRANSIENT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 524})


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential backoff with jitter.

    ``attempts`` counts the first request too; ``base`` and ``cap`` are seconds. With the
    defaults a request is given up after about three minutes.
    """

    attempts: int = 8
    base: float = 1.0
    cap: float = 60.0
    longest_retry_after: float = 300.0
    random: random.Random = field(default_factory=random.Random, repr=False)

    def delay(self, attempt: int, retry_after: float | None = None) -> float:
        """Return the seconds to wait after failed attempt number ``attempt`` (from 1).

        Half of the backoff is certain and half is chance, so that clients that failed together
        do not come back together. What the server asks for is a lower bound.
        """
        backoff = min(self.cap, self.base * 2 ** (attempt - 1))
        jittered = backoff / 2 + self.random.uniform(0, backoff / 2)
        if retry_after is None:
            return jittered
        return max(retry_after + self.random.uniform(0, self.base / 2), jittered)


def retry_after_seconds(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Read a ``Retry-After`` header: seconds or an HTTP date; ``None`` where there is none."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    # a number of more digits is no time to wait, and could be more than a float holds
    if value.isascii() and value.isdecimal() and len(value) < 12:
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
