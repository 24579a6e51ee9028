"""What classes and departments have in common: a tree of names that a preference switches on."""

from typing import Any, ClassVar

from local.quickbooks.entities.base import EntityType, Writing, mark_inactive
from local.quickbooks.entities.names import Tree
from local.quickbooks.faults import Fault


class TrackingEntity(EntityType):
    """A class or a department."""

    default_order: ClassVar[tuple[str, bool]] = ("FullyQualifiedName", False)
    has_active: ClassVar[bool] = True
    names_when_inactive: ClassVar[tuple[str, ...]] = ("Name", "FullyQualifiedName")
    flag: ClassVar[str]

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Place the name in the tree; raise fault 5030 while the preference is off."""
        if not self.in_use(writing.company):
            raise Fault("5030", f"Feature Not Supported Error : {self.name} tracking is turned off.")
        entity.setdefault("Active", True)
        mark_inactive(entity, old, *self.names_when_inactive)
        if entity.get("ParentRef") and self.flag not in entity:
            entity[self.flag] = True
        self._tree().place(writing, entity, old)
        entity.pop("Level", None)

    def written(self, writing: Writing, new: dict[str, Any] | None, old: dict[str, Any] | None) -> None:
        """Carry a new name to what is below."""
        if new is not None:
            self._tree().rename_children(writing, new, old)

    def _tree(self) -> Tree:
        return Tree(self.name, "Name", self.flag)
