"""What all entities share: create, update, delete, references and the fields that the service fills in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from local.quickbooks.clock import seconds_text
from local.quickbooks.companies import Company
from local.quickbooks.entities.fields import (
    Shape,
    check_properties,
    clean,
    missing,
    walk_references,
)
from local.quickbooks.faults import INACTIVE, Fault, unsupported
from local.quickbooks.store import Row
from local.quickbooks.switches import Switches

DELETED_SUFFIX = " (deleted)"
_UNCOMPARED = {"SyncToken", "MetaData"}


@dataclass(frozen=True, slots=True)
class Writing:
    """One write: into which company, when, and with which ``include`` options."""

    company: Company
    now: datetime
    switches: Switches
    include: frozenset[str] = frozenset()
    by_user: bool = False  # inside QuickBooks, where some refusals are only warnings


class EntityType:
    """One kind of entity. Subclasses declare ``shape`` and override ``complete``."""

    name: ClassVar[str]
    shape: ClassVar[Shape]
    operations: ClassVar[frozenset[str]] = frozenset({"create", "update", "read", "query"})
    sequence: ClassVar[str]  # which counter gives the ids
    first_id: ClassVar[int] = 1
    default_order: ClassVar[tuple[str, bool]] = ("Id", False)  # property, descending
    total_count: ClassVar[bool] = False  # whether query replies carry totalCount
    has_active: ClassVar[bool] = False
    plural: ClassVar[str] = "Names"  # the word in "Accounts element id 7 not found"
    feature: ClassVar[str | None] = None  # the plan must have it
    names_when_inactive: ClassVar[tuple[str, ...]] = ()  # these get " (deleted)"

    def create(self, writing: Writing, body: Any) -> Row:
        """Create an entity from a request's body."""
        self._allow("create", writing)
        check_properties(self.shape, body)
        cleaned = self._clean(body)
        self._require(cleaned, writing)
        entity = {name: value for name, value in cleaned.items() if value is not None}
        self.resolve_references(writing, entity)
        self.complete(writing, entity, None)
        now = seconds_text(writing.now)
        entity["Id"] = str(writing.company.next_in(self.sequence, self.first_id))
        entity["SyncToken"] = "0"
        entity["MetaData"] = self.meta_data(writing, now, now)
        row = self._store(writing, entity)
        self.written(writing, row.body, None)
        self.announce(writing, row.body["Id"], "Create")
        return row

    def update(self, writing: Writing, body: Any) -> Row:
        """Update an entity, sparsely or in full; a body that changes nothing changes no token either."""
        old, entity = self._updated(writing, body)
        return self.replace(writing, old, entity)

    def edit(self, writing: Writing, old: Row, body: dict[str, Any]) -> Row:
        """Change an entity as a user does inside QuickBooks.

        Fields that the API computes itself are laid over it as they come.
        """
        laid_over = {
            name: value
            for name, value in body.items()
            if self.shape.fields[name].read_only or "update" not in self.operations
        }
        rest = {name: value for name, value in body.items() if name not in laid_over}
        entity = dict(old.body)
        if rest:
            current = {"Id": old.body["Id"], "SyncToken": old.body["SyncToken"], "sparse": True}
            _, entity = self._updated(writing, {**rest, **current})
        changed = {name: value for name, value in {**entity, **laid_over}.items() if value is not None}
        return self.replace(writing, old, changed)

    def replace(self, writing: Writing, old: Row, entity: dict[str, Any], operation: str = "Update") -> Row:
        """Store a changed entity with its next SyncToken, or return the old one if nothing changed."""
        if _comparable(entity) == _comparable(old.body):
            return old
        entity["Id"] = old.body["Id"]
        entity["SyncToken"] = str(int(old.body["SyncToken"]) + 1)
        entity["MetaData"] = self.meta_data(writing, old.body["MetaData"]["CreateTime"], seconds_text(writing.now))
        row = self._store(writing, entity)
        self.written(writing, row.body, old.body)
        self.announce(writing, row.body["Id"], operation)
        return row

    def delete(self, writing: Writing, body: Any) -> dict[str, Any]:
        """Delete an entity for good and return what the reply shows of it."""
        self._allow("delete", writing)
        check_properties(self.shape, body)
        old = self.current(writing.company, body)
        self.before_delete(writing, old.body)
        self.remove(writing, old)
        return {"domain": "QBO", "status": "Deleted", "Id": old.body["Id"]}

    def remove(self, writing: Writing, old: Row) -> None:
        """Take an entity out of its store."""
        writing.company.store(self.name).remove(old.body["Id"], seconds_text(writing.now))
        writing.company.touched()
        self.written(writing, None, old.body)
        self.announce(writing, old.body["Id"], "Delete")

    def void(self, writing: Writing, body: Any) -> Row:
        """Void a transaction; only some kinds can be."""
        raise unsupported(f"void on {self.name}")

    def announce(self, writing: Writing, entity_id: str, operation: str) -> None:
        """Let those who listen know of a change."""
        writing.company.changed(self.name, entity_id, operation, writing.now)

    def read(self, company: Company, entity_id: str) -> Row:
        """Return an entity; raise fault 610 if there is none, 2030 for what cannot be an id."""
        if not entity_id.isascii() or not entity_id.isdigit():
            raise Fault("2030", f"Id should be a valid number. Supplied value:{entity_id}", "Id", timed=False)
        if self.feature and not company.has_feature(self.feature):
            raise self._not_in_plan(company)
        row = company.store(self.name).get(entity_id)
        if row is None:
            raise Fault("610", INACTIVE)
        return row

    def current(self, company: Company, body: Any) -> Row:
        """Return the entity that a body names by Id and SyncToken; raise fault 5010 if the token is stale."""
        if not isinstance(body, dict) or body.get("Id") in (None, ""):
            raise missing("Id")
        row = self.read(company, str(body["Id"]))
        if body.get("SyncToken") in (None, ""):
            raise missing("SyncToken")
        if str(body["SyncToken"]) != row.body["SyncToken"]:
            raise Fault(
                "5010",
                f"Stale Object Error : You and {company.owner} were working on this at the same time. "
                f"{company.owner} finished before you did, so your work was not saved.",
            )
        return row

    def resolve_references(self, writing: Writing, body: dict[str, Any]) -> None:
        """Fill in the names of references; raise fault 2500 or 610 for a missing or inactive one.

        References to what the company does not track, such as classes, are not looked at.
        """
        for field, reference, element in walk_references(self.shape, body):
            known = [ENTITIES[name] for name in field.refers_to]
            if not all(kind.in_use(writing.company) for kind in known):
                continue
            rows = [(kind, writing.company.store(kind.name).get(reference["value"])) for kind in known]
            kind, row = next(((kind, row) for kind, row in rows if row is not None), (known[0], None))
            if row is None:
                raise Fault(
                    "2500", f"Invalid Reference Id : {kind.plural} element id {reference['value']} not found", element
                )
            if not row.active:
                raise Fault("610", INACTIVE, element)
            if field.named:
                reference["name"] = kind.display_name(row.body)

    def display_name(self, entity: dict[str, Any]) -> str:
        """Return the name that references to the entity show."""
        return str(entity.get("FullyQualifiedName") or entity.get("DisplayName") or entity.get("Name") or "")

    def in_use(self, company: Company) -> bool:
        """Say whether the company's preferences have this kind of entity."""
        return True

    def meta_data(self, writing: Writing, created: str, updated: str) -> dict[str, Any]:
        """Return an entity's MetaData."""
        return {"CreateTime": created, "LastUpdatedTime": updated}

    def required(self, cleaned: dict[str, Any], writing: Writing) -> str | None:
        """Return the name of a missing property beyond those declared required."""
        return None

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Check business rules and fill in defaults and computed fields; ``old`` is None on create."""

    def before_delete(self, writing: Writing, old: dict[str, Any]) -> None:
        """Raise a fault if the entity must stay."""

    def written(self, writing: Writing, new: dict[str, Any] | None, old: dict[str, Any] | None) -> None:
        """Do what a write entails elsewhere; ``new`` is None after a delete, ``old`` after a create."""

    def touch(self, writing: Writing, entity_id: str, changes: dict[str, Any] | None = None) -> None:
        """Set computed fields and move LastUpdatedTime, but not the SyncToken.

        That is what QuickBooks does when a balance or quantity moved.
        """
        store = writing.company.store(self.name)
        row = store.get(entity_id)
        if row is not None:
            meta_data = {**row.body["MetaData"], "LastUpdatedTime": seconds_text(writing.now)}
            store.put(self.ordered({**row.body, **(changes or {}), "MetaData": meta_data}))
            if writing.switches.webhooks_for_balances:
                self.announce(writing, entity_id, "Update")

    def ordered(self, entity: dict[str, Any]) -> dict[str, Any]:
        """Return the entity with its fields in the order of the table."""
        return {name: entity[name] for name in self.shape.fields if name in entity}

    def _updated(self, writing: Writing, body: Any) -> tuple[Row, dict[str, Any]]:
        self._allow("update", writing)
        check_properties(self.shape, body)
        old = self.current(writing.company, body)
        cleaned = self._clean(body)
        if body.get("sparse") in (True, "true"):
            merged = {**old.body, **cleaned}
        else:
            kept = {name: value for name, value in old.body.items() if self._survives(name)}
            merged = {**kept, **cleaned}
        self._require(merged, writing)
        self.resolve_references(writing, {name: value for name, value in cleaned.items() if value is not None})
        entity = {name: value for name, value in merged.items() if value is not None}
        self.complete(writing, entity, old.body)
        return old, entity

    def _store(self, writing: Writing, entity: dict[str, Any]) -> Row:
        entity["domain"] = "QBO"
        entity["sparse"] = False
        writing.company.touched()
        return writing.company.store(self.name).put(self.ordered(entity))

    def _clean(self, body: dict[str, Any]) -> dict[str, Any]:
        cleaned = clean(self.shape, body)
        for name in ("Id", "SyncToken", "sparse"):
            cleaned.pop(name, None)
        if "Id" in body and body["Id"] not in (None, ""):
            for name, field in self.shape.fields.items():
                if field.fixed:
                    cleaned.pop(name, None)
        return {name: value for name, value in cleaned.items() if value != {}}

    def _survives(self, name: str) -> bool:
        field = self.shape.fields[name]
        return field.kept or field.read_only or field.fixed

    def _require(self, cleaned: dict[str, Any], writing: Writing) -> None:
        for name, field in self.shape.fields.items():
            if field.required and cleaned.get(name) in (None, []):
                raise missing(name)
        name_missing = self.required(cleaned, writing)
        if name_missing:
            raise missing(name_missing)

    def _allow(self, operation: str, writing: Writing) -> None:
        if operation not in self.operations:
            raise unsupported(f"{operation.capitalize()} on {self.name}")
        if self.feature and not writing.company.has_feature(self.feature):
            raise self._not_in_plan(writing.company)

    def _not_in_plan(self, company: Company) -> Fault:
        return Fault(
            "5020",
            f"Permission Denied Error : {self.name} is not available: QuickBooks Online {company.plan} "
            f"does not include {self.feature}.",
        )


# Which entities there are, by name; the package fills it.
ENTITIES: dict[str, EntityType] = {}


def mark_inactive(entity: dict[str, Any], old: dict[str, Any] | None, *names: str) -> None:
    """Put " (deleted)" behind an inactive entity's names and take it away when it becomes active again."""
    was_active = old is None or old.get("Active") is not False
    if entity.get("Active") is False:
        for name in names:
            if entity.get(name) and not entity[name].endswith(DELETED_SUFFIX):
                entity[name] += DELETED_SUFFIX
    elif not was_active:
        for name in names:
            if entity.get(name):
                entity[name] = entity[name].removesuffix(DELETED_SUFFIX)


def _comparable(entity: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entity.items() if name not in _UNCOMPARED}
