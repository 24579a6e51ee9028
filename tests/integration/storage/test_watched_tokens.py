"""Connections enter and leave the indexes by which they are kept alive."""

from datetime import timedelta

from ledgerlink.domain.connections import ConnectionKey, ConnectionStatus, SealedTokens
from ledgerlink.storage.connections import DynamoConnections
from ledgerlink.storage.watched_tokens import DynamoWatchedTokens
from tests.unit.orders import NOW

KEY = ConnectionKey("acme", "934145")
DAY = timedelta(days=1)


def tokens(version: int = 1, access_for: timedelta = timedelta(hours=1)) -> SealedTokens:
    return SealedTokens(
        status=ConnectionStatus.CONNECTED,
        version=version,
        access=b"a",
        refresh=b"r",
        access_expires_at=NOW + access_for,
        refresh_expires_at=NOW + 100 * DAY,
        hard_expires_at=NOW + 20 * DAY,
    )


def test_a_connection_is_watched_from_connecting_to_disconnecting_but_not_while_it_cannot_be_renewed(table):
    connections, watched = DynamoConnections(table("ConnectionsTable")), DynamoWatchedTokens(table("ConnectionsTable"))

    connections.establish(KEY, tokens(), NOW)
    assert list(watched.not_renewed_since(NOW + DAY)) == [KEY]
    assert [ending.ends_at for ending in watched.ending_before(NOW + 30 * DAY)] == [NOW + 20 * DAY]

    connections.save(KEY, tokens(version=2, access_for=2 * DAY), 1)
    assert list(watched.not_renewed_since(NOW + DAY)) == []

    connections.mark_needs_reconnect(KEY, 2)
    assert list(watched.not_renewed_since(NOW + 9 * DAY)) == []

    connections.establish(KEY, tokens(), NOW)
    assert list(watched.not_renewed_since(NOW + DAY)) == [KEY]

    connections.disconnect(KEY, NOW)
    assert list(watched.not_renewed_since(NOW + DAY)) == []
    assert list(watched.ending_before(NOW + 300 * DAY)) == []
