"""Tokens keep their values to themselves."""

from datetime import UTC, datetime

from ledgerlink.domain.tokens import CodeRejected, TokenRejected, Tokens

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_the_values_do_not_show_when_tokens_are_printed():
    tokens = Tokens("access-canary", "refresh-canary", NOON, NOON, None)

    assert "canary" not in f"{tokens!r} {tokens}"


def test_a_rejection_keeps_intuits_transaction_id():
    assert TokenRejected("1-2").intuit_tid == CodeRejected("1-2").intuit_tid == "1-2"
    assert TokenRejected().intuit_tid is None
