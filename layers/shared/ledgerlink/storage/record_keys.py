"""The keys of RecordsTable. Each begins with the tenant, in the table and in its indexes."""

from datetime import datetime

from ledgerlink.domain.certification_mail import OwedMail
from ledgerlink.domain.records import RecordKey
from ledgerlink.domain.times import to_text
from ledgerlink.storage.keys import CONNECTION, tenant_partition

ORGANIC_SETTINGS = "ORGANIC"
MAIL_TURN = "MAIL_TURN"


def record(key: RecordKey) -> tuple[str, str]:
    """Our copy of an entity."""
    return records(key.tenant_id), _name(key)


def records(tenant_id: str) -> str:
    """All records of a tenant."""
    return f"{tenant_partition(tenant_id)}#RECORDS"


def certification(key: RecordKey) -> tuple[str, str]:
    """Who certified what of an order."""
    return f"{tenant_partition(key.tenant_id)}#CERTIFICATIONS", _name(key)


def key_of(tenant_id: str, name: str) -> RecordKey:
    """The record that a sort key names, or the end of a place."""
    connection_id, entity, entity_id = name.split("#")[-3:]
    return RecordKey(tenant_id, connection_id, entity, entity_id)


def naming(item: RecordKey) -> str:
    """The documents that name an item."""
    return f"{tenant_partition(item.tenant_id)}#{CONNECTION}{item.connection_id}#ITEM#{item.entity_id}"


def named_by(item: RecordKey, document: RecordKey) -> tuple[str, str]:
    """One document that names an item."""
    return naming(item), _name(document)


def organic_settings(tenant_id: str) -> tuple[str, str]:
    """What the tenant calls organic."""
    return tenant_partition(tenant_id), ORGANIC_SETTINGS


def owed_mails(tenant_id: str) -> str:
    """All e-mails about certifications that have yet to be sent."""
    return f"{tenant_partition(tenant_id)}#OWED_MAIL"


def owed_mail(owed: OwedMail) -> tuple[str, str]:
    """One of them."""
    return owed_mails(owed.key.tenant_id), f"{owed.address_digest}#{owed.asked}#{_name(owed.key)}"


def owed_mail_of(tenant_id: str, name: str) -> OwedMail:
    """The one that a sort key names."""
    address_digest, asked, *_ = name.split("#")
    return OwedMail(address_digest, key_of(tenant_id, name), int(asked))


def mail_turn(tenant_id: str) -> tuple[str, str]:
    """Who is sending them."""
    return tenant_partition(tenant_id), MAIL_TURN


def feed(tenant_id: str, entity: str) -> str:
    """Records of one kind, in an index."""
    return f"{tenant_partition(tenant_id)}#FEED#{entity}"


def certification_feed(tenant_id: str, state: str) -> str:
    """Certifications in one state, in an index."""
    return f"{tenant_partition(tenant_id)}#FEED#certifications#{state}"


def place(moment: datetime, key: RecordKey) -> str:
    """Where something stands in an index that is ordered by time: no two stand in the same place."""
    return f"{to_text(moment)}#{_name(key)}"


def _name(key: RecordKey) -> str:
    return f"{key.connection_id}#{key.entity}#{key.entity_id}"
