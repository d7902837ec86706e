"""Days that PubMed or a clock has given: which of them can be true."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta


def is_to_come(day: str, today: date | None = None) -> bool:
    """Whether a day (ISO) has not come yet, anywhere: a clock or PubMed was wrong.

    A day of another time zone may have begun already.
    """
    today = today or datetime.now(UTC).date()
    return day > (today + timedelta(days=1)).isoformat()
