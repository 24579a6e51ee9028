"""A company's lists to pick from."""

from typing import TypedDict

from pydantic import ConfigDict, with_config


@with_config(ConfigDict(extra="allow"))
class ListEntry(TypedDict):
    """An entry of one of the company's lists, with what its list has beside these."""

    id: str
    name: str
    active: bool


class ListPage(TypedDict):
    """A page of a list, and as of when it is."""

    items: list[ListEntry]
    next: str | None
    fetched_at: str
