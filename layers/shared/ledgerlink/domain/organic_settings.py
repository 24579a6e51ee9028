"""What a tenant calls organic, and who hears of orders that await certification."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError
from pydantic_core import PydanticCustomError

from ledgerlink.domain.documents import invalid_request
from ledgerlink.domain.fields import Part, SingleLine
from ledgerlink.domain.organic import DEFAULT_KEYWORDS, fold


@dataclass(frozen=True, slots=True)
class OrganicSettings:
    """A tenant's choice, or what holds until there is one."""

    tenant_id: str
    keywords: tuple[str, ...] = DEFAULT_KEYWORDS
    emails: tuple[str, ...] = ()
    revision: int = 0
    """Counts changes."""
    evaluated_revision: int = 0
    """Up to which change all stored records have been judged."""
    updated_at: datetime | None = None
    attempt: int = 1
    """Counts executions that judge by this revision: one after the other, each when the one before has failed."""

    @property
    def is_evaluating(self) -> bool:
        """Whether some records may still be judged by earlier keywords."""
        return self.evaluated_revision < self.revision

    @property
    def execution_name(self) -> str:
        """Of the judging: the same for the same attempt, so that Step Functions refuses to run it twice."""
        digest = hashlib.sha256(self.tenant_id.encode()).hexdigest()[:32]
        return f"keywords-{digest}-r{self.revision}-a{self.attempt}"


def _word(value: str) -> str:
    if not any(character.isalnum() for character in fold(value)):
        raise PydanticCustomError("keyword", "must have a letter or a digit")
    return value


def _address(value: str) -> str:
    name, at, domain = value.partition("@")
    if not (name and at and "." in domain) or any(c in value for c in ' ,;<>"') or "@" in domain:
        raise PydanticCustomError("email", "must be an e-mail address")
    return value


type Keyword = Annotated[SingleLine, Field(min_length=1, max_length=100), AfterValidator(_word)]
type Email = Annotated[SingleLine, Field(min_length=3, max_length=254), AfterValidator(_address)]


class OrganicContent(Part):
    """What may be changed; what is left out stays."""

    keywords: Annotated[list[Keyword], Field(max_length=50)] | None = None
    """None at all turns the detection off."""
    emails: Annotated[list[Email], Field(max_length=10)] | None = None


def parse_organic_content(content: Any) -> OrganicContent:
    """Raises InvalidRequest naming every wrong field."""
    try:
        return OrganicContent.model_validate(content)
    except ValidationError as error:
        raise invalid_request(error) from None


def changed(settings: OrganicSettings, content: OrganicContent, now: datetime) -> OrganicSettings:
    """The settings with what is new, or the very same when nothing is; a keyword counts once, however it is written."""
    keywords = settings.keywords if content.keywords is None else _once(content.keywords)
    emails = settings.emails if content.emails is None else tuple(dict.fromkeys(content.emails))
    if (keywords, emails) == (settings.keywords, settings.emails):
        return settings
    chosen = replace(settings, keywords=keywords, emails=emails, updated_at=now)
    return chosen if keywords == settings.keywords else replace(chosen, revision=settings.revision + 1, attempt=1)


def _once(keywords: list[str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for keyword in keywords:
        first.setdefault(fold(keyword), keyword)
    return tuple(first.values())
