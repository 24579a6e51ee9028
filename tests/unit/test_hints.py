"""What errors tell people to do next."""

import pytest

from ledgerlink.errors import DocumentBusy, QuickBooksUnavailable, RateLimited, Transient, WaitingForTurn


@pytest.mark.parametrize("kind", [QuickBooksUnavailable, RateLimited, WaitingForTurn, DocumentBusy])
def test_who_asks_for_a_list_or_saves_settings_is_not_told_that_it_is_done_later_by_itself(
    kind: type[Transient],
) -> None:
    hint = kind("It cannot be done now.").hint

    assert "by itself" in hint
    assert hint.endswith("ry anything else again in a minute.")
