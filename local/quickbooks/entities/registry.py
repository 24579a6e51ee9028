"""Which entities there are, by name. Apart from the entities so that they can look each other up."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.quickbooks.entities.base import EntityType

ENTITIES: "dict[str, EntityType]" = {}


def register(entity: "EntityType") -> None:
    """Make an entity known."""
    ENTITIES[entity.name] = entity
