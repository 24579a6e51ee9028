"""There is a word for everything that people are shown."""

from ledgerlink.domain.activity import Outcome
from ledgerlink.domain.attempts import Trigger
from ledgerlink.domain.contents import COLLECTION_NAMES
from ledgerlink.errors import SyncError
from ledgerlink.pages import words


def all_of(error: type[SyncError]) -> list[type[SyncError]]:
    return [error, *(found for one in error.__subclasses__() for found in all_of(one))]


def test_every_kind_outcome_trigger_and_category_has_one():
    categories = {error.category for error in all_of(SyncError) if hasattr(error, "category")}

    assert set(words.KINDS) == set(COLLECTION_NAMES)
    assert set(words.OUTCOMES) == set(Outcome)
    assert set(words.TRIGGERS) == {trigger.told for trigger in Trigger}
    assert set(words.CATEGORIES) == categories
