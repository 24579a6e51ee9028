"""Instances in forms."""

from collections.abc import Sequence
from typing import Any

from ledgerlink.domain.instances import Instance
from ledgerlink.domain.tenants import Tenant
from ledgerlink.errors import InvalidRequest
from ledgerlink.pages.settings.fields import INSTANCE, Field, patch_of, texts
from ledgerlink.pages.settings.forms import Form, Refused, Sent, form

NAME = "instance"
NEW = "new"
NEW_INSTANCE = (Field(NAME, "Name of the instance", str.strip, str), *INSTANCE)
_AS_NEW = {"enabled": True, "auto_invoice": True}


def instance_forms(instances: Sequence[Instance], refused: Refused | None) -> dict[str, Form]:
    """A form for each, by its id."""
    return {
        one.instance_id: form(
            "instances",
            INSTANCE,
            texts(INSTANCE, _plain(one)),
            refused if refused and _is_about(refused.sent, one) else None,
            key=f"instance-{one.instance_id}-",
        )
        for one in instances
    }


def new_instance_form(refused: Refused | None, connection_id: str) -> Form:
    """The form that adds one."""
    shown = texts(NEW_INSTANCE, {**_AS_NEW, NAME: "", "connection": connection_id})
    is_about = refused is not None and _is_new(refused.sent)
    return form("instances", NEW_INSTANCE, shown, refused if is_about else None, key="new-")


def wanted_instance(tenant: Tenant, sent: Sent) -> tuple[str, dict[str, Any]]:
    """Which instance is to become what. Raises NotFound for one that is gone, InvalidRequest for one that is taken."""
    instance_id = sent.typed(NAME)
    if not _is_new(sent):
        return instance_id, _plain(tenant.known_instance(instance_id)) | patch_of(INSTANCE, sent.values, sent.shown)
    if tenant.instance(instance_id):
        problem = "is there already: change it in the list"
        raise InvalidRequest(f"The instance {problem}.", fields=[{"field": NAME, "problem": problem}])
    return instance_id, patch_of(INSTANCE, sent.values, {})


def _is_new(sent: Sent) -> bool:
    return sent.typed(NEW) == "yes"


def _is_about(sent: Sent, instance: Instance) -> bool:
    return not _is_new(sent) and sent.typed(NAME) == instance.instance_id


def _plain(instance: Instance) -> dict[str, Any]:
    return {
        "connection": instance.connection_id,
        "enabled": instance.enabled,
        "auto_invoice": instance.auto_invoice,
    }
