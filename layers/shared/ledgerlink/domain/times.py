"""Instants as text: UTC, ISO 8601 with microseconds, so that text order is time order."""

from datetime import UTC, datetime


def to_text(moment: datetime) -> str:
    """``2026-11-21T09:30:00.000000Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_text(text: str) -> datetime:
    """The instant, aware and in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def optional_text(moment: datetime | None) -> str | None:
    """As ``to_text``; None stays None."""
    return to_text(moment) if moment else None


def optional_time(text: str | None) -> datetime | None:
    """As ``from_text``; None stays None."""
    return from_text(text) if text else None
