"""Name lists: vendors and customers share one name space, items and accounts are trees of names."""

import re
from typing import Any, ClassVar

from local.quickbooks.entities.base import DELETED_SUFFIX, ENTITIES, EntityType, Writing, mark_inactive
from local.quickbooks.entities.fields import (
    Field,
    anything,
    boolean,
    many,
    part,
    ref,
    text,
)
from local.quickbooks.entities.parts import (
    ADDRESS,
    CUSTOM_FIELD,
    EMAIL,
    ENTITY_FIELDS,
    PHONE,
    WEBSITE,
)
from local.quickbooks.faults import Fault
from local.quickbooks.store import Row

_FORBIDDEN = ":\t\n"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DEEPEST = 5
_NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
_SHARED_NAME_SPACE = ("Vendor", "Customer", "Employee")

NAME_FIELDS: tuple[Field, ...] = (
    *ENTITY_FIELDS,
    many("CustomField", CUSTOM_FIELD),
    anything("AttachableRef"),
    text("IntuitId"),
    boolean("Organization"),
    text("Title", 16, _FORBIDDEN),
    text("GivenName", 100, _FORBIDDEN, find="fs"),
    text("MiddleName", 100, _FORBIDDEN, find="fs"),
    text("FamilyName", 100, _FORBIDDEN, find="fs"),
    text("Suffix", 16, _FORBIDDEN),
    text("FullyQualifiedName", find="fs", read_only=True),
    text("CompanyName", 100, find="fs"),
    text("DisplayName", 500, _FORBIDDEN, find="fs"),
    text("PrintOnCheckName", 110, _FORBIDDEN, find="fs"),
    text("UserId"),
    boolean("Active", find="fs", kept=True),
    text("V4IDPseudonym", read_only=True),
    part("PrimaryPhone", PHONE),
    part("AlternatePhone", PHONE),
    part("Mobile", PHONE),
    part("Fax", PHONE),
    part("PrimaryEmailAddr", EMAIL),
    part("WebAddr", WEBSITE),
    anything("OtherContactInfo"),
    ref("DefaultTaxCodeRef"),
)


class NameEntity(EntityType):
    """A vendor or customer: one display name, unique across both and employees."""

    sequence: ClassVar[str] = "Name"
    default_order: ClassVar[tuple[str, bool]] = ("DisplayName", False)
    has_active: ClassVar[bool] = True
    names_when_inactive: ClassVar[tuple[str, ...]] = ("DisplayName", "CompanyName", "FullyQualifiedName")

    def required(self, cleaned: dict[str, Any], writing: Writing) -> str | None:
        """A display name, or a part of a personal name to make one from."""
        return None if any(cleaned.get(name) for name in ("DisplayName", *_NAME_PARTS)) else "DisplayName"

    def complete(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Make the display name, keep it unique, and fill in what every name has."""
        if not entity.get("DisplayName"):
            entity["DisplayName"] = " ".join(str(entity[name]) for name in _NAME_PARTS if entity.get(name))
        email = entity.get("PrimaryEmailAddr", {}).get("Address")
        if email is not None and not _EMAIL.fullmatch(email):
            raise Fault(
                "2210",
                f"Email Address does not conform to the syntax rules of name@example.com. Supplied value:{email}",
                "PrimaryEmailAddr",
            )
        entity.setdefault("Active", True)
        mark_inactive(entity, old, *self.names_when_inactive)
        self._keep_unique(writing, entity["DisplayName"], old)
        if old is None or old.get("DisplayName") != entity["DisplayName"]:
            previous = None if old is None else old.get("PrintOnCheckName")
            if not entity.get("PrintOnCheckName") or (old is not None and previous == old.get("DisplayName")):
                entity["PrintOnCheckName"] = entity.get("CompanyName") or entity["DisplayName"]
        entity.setdefault("PrintOnCheckName", entity.get("CompanyName") or entity["DisplayName"])
        entity.setdefault("CurrencyRef", writing.company.home_currency())
        number_addresses(writing, entity, old, "BillAddr", "ShipAddr")

    def _keep_unique(self, writing: Writing, name: str, old: dict[str, Any] | None) -> None:
        own = None if old is None else old["Id"]
        for kind in _SHARED_NAME_SPACE:
            if kind not in ENTITIES:
                continue
            for row in same_name(writing, kind, "DisplayName", name):
                if row.body["Id"] != own:
                    raise duplicate_name()


class Tree:
    """The rules of names that sit under a parent: "Parent:Child", five levels, unique among siblings."""

    def __init__(self, entity: str, name: str, flag: str) -> None:
        self._entity = entity
        self._name = name
        self._flag = flag

    def place(self, writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Fill in the full name and level from the parent; raise 6240 for a taken name, 6180 when too deep."""
        store = writing.company.store(self._entity)
        parent_id = entity.get("ParentRef", {}).get("value")
        if parent_id and old is not None and not old.get("ParentRef"):
            entity[self._flag] = True
        if self._flag in entity and not entity[self._flag]:
            parent_id = None
            entity.pop("ParentRef", None)
        parent = store.get(parent_id) if parent_id else None
        if parent is None:
            full, level = str(entity[self._name]), 0
        else:
            if old is not None and _is_below(store, parent.body, old["Id"]):
                raise Fault("6000", "Business Validation Error: A parent cannot be its own child.")
            full = f"{parent.body['FullyQualifiedName']}:{entity[self._name]}"
            level = int(parent.body.get("Level", 0)) + 1
        if level >= _DEEPEST:
            raise Fault("6180", "Sub Level Limit Error : You may not have more than 5 levels.")
        for row in same_name(writing, self._entity, "FullyQualifiedName", full):
            if old is None or row.body["Id"] != old["Id"]:
                raise duplicate_name()
        entity["FullyQualifiedName"] = full
        entity[self._flag] = parent is not None
        entity.pop("Level", None)
        if level:
            entity["Level"] = level

    def rename_children(self, writing: Writing, parent: dict[str, Any], old: dict[str, Any] | None) -> None:
        """Give children their new full names after a parent was renamed or moved."""
        if old is None or old.get("FullyQualifiedName") == parent.get("FullyQualifiedName"):
            return
        store = writing.company.store(self._entity)
        for row in list(store.all()):
            if row.body.get("ParentRef", {}).get("value") != parent["Id"]:
                continue
            reference = dict(row.body["ParentRef"])
            if "name" in reference:
                reference["name"] = parent["FullyQualifiedName"]
            child = {
                **row.body,
                "FullyQualifiedName": f"{parent['FullyQualifiedName']}:{row.body[self._name]}",
                "ParentRef": reference,
                "Level": int(parent.get("Level", 0)) + 1,
            }
            store.put(child)
            self.rename_children(writing, child, row.body)


def same_name(writing: Writing, kind: str, field: str, name: str) -> list[Row]:
    """Return the rows with this name, inactive ones included while the switch says that they clash."""
    store = writing.company.store(kind)
    plain = name.removesuffix(DELETED_SUFFIX)
    active = [row for row in store.indexed(field, plain) if row.active]
    if not writing.switches.inactive_names_clash:
        return active if plain == name else store.indexed(field, name)
    return active + store.indexed(field, plain + DELETED_SUFFIX)


def duplicate_name() -> Fault:
    """Return the fault for a name that is taken."""
    return Fault("6240", "The name supplied already exists. : null", None)


def number_addresses(writing: Writing, entity: dict[str, Any], old: dict[str, Any] | None, *names: str) -> None:
    """Give addresses their ids; one that is changed keeps the id it had."""
    for name in names:
        address = entity.get(name)
        if address is None:
            continue
        had = {} if old is None else old.get(name, {})
        identity = had.get("Id") or str(writing.company.next_in("Address"))
        entity[name] = {"Id": identity, **{key: value for key, value in address.items() if key != "Id"}}


def _is_below(store: Any, body: dict[str, Any], ancestor_id: str) -> bool:
    steps = 0
    current: dict[str, Any] | None = body
    while current is not None and steps <= _DEEPEST:
        if current["Id"] == ancestor_id:
            return True
        row = store.get(current.get("ParentRef", {}).get("value", ""))
        current = None if row is None else row.body
        steps += 1
    return False


__all__ = ["ADDRESS", "NAME_FIELDS", "NameEntity", "Tree", "duplicate_name", "number_addresses"]
