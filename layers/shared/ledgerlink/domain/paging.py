"""Tokens that say where the next page of a list begins."""

from ledgerlink.errors import InvalidRequest


def not_our_token(field: str = "after") -> InvalidRequest:
    """For one that no answer of ours held."""
    problem = "is not a token that we gave out"
    return InvalidRequest(
        f"'{field}' {problem}.",
        hint="Begin again with the first page, or send what an answer gave as 'next'.",
        fields=[{"field": field, "problem": problem}],
    )
