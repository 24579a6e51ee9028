"""Remember what documents' names became, so that the next document needs no look-up."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from ledgerlink.domain.links import EntityLink, LinkKey
from ledgerlink.domain.mappings import entity_of
from ledgerlink.domain.resolution import Name, Resolution
from ledgerlink.errors import OutOfSync


class LinkMemory(Protocol):
    """What suppliers, products and codes became."""

    def remember(self, link: EntityLink) -> None:
        """Unless there is one already."""

    def forget(self, keys: Sequence[LinkKey]) -> None:
        """Unless they were made by hand."""


def remember_references(links: LinkMemory, resolution: Resolution, names: Iterable[Name]) -> None:
    """Those that were found or created just now."""
    for name in names:
        match, thing = resolution.matches.get(name), resolution.things[name]
        if match and match.is_new:
            links.remember(EntityLink(thing.key, entity_of(name[0]), match.entity_id, name=thing.name, sku=thing.sku))


def forget_what_is_gone(links: LinkMemory, resolution: Resolution) -> None:
    """An entry of a list that was found by itself is found anew next time."""
    gone = [name for name in resolution.matches if isinstance(resolution.errors.get(name), OutOfSync)]
    if gone:
        links.forget([resolution.things[name].key for name in gone])
