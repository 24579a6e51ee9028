"""Which texts of a record speak of organic goods, in the tenant's own keywords."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

DEFAULT_KEYWORDS = ("organic", "USDA organic", "certified organic")

_BLANKS = re.compile(r"\s+")
_NEGATION = re.compile(r"(?:^|[^\w])(?:non|not)[\s\-\u2010-\u2015\u2212]*$")
_WITHOUT_SPACES = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts that put no space between words: there a word begins and ends anywhere."""


class Where(StrEnum):
    """The text in which a keyword stands."""

    ITEM_NAME = "item_name"
    ITEM_DESCRIPTION = "item_description"
    LINE_DESCRIPTION = "line_description"


@dataclass(frozen=True, slots=True)
class OrganicMatch:
    """One keyword in one text. Without ``line_id`` the text is an item's own."""

    keyword: str
    where: Where
    line_id: str | None = None


class Keywords:
    """Keywords as they are looked for: whole words in any case and any Unicode form, and not after "non" or "not"."""

    def __init__(self, keywords: Iterable[str]) -> None:
        self._patterns = [(keyword, _pattern(fold(keyword))) for keyword in keywords]

    def found_in(self, text: str) -> Sequence[str]:
        """The keywords that stand in the text, as the tenant wrote them."""
        if not text:
            return ()
        folded = fold(text)
        return [keyword for keyword, pattern in self._patterns if _stands_in(pattern, folded)]


def fold(text: str) -> str:
    """One form for texts that look alike: full width, composed or not, any case, any blank, no invisible characters."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    # Folding the case can take a text apart again.
    return _BLANKS.sub(" ", unicodedata.normalize("NFKC", visible.casefold())).strip()


def _pattern(keyword: str) -> re.Pattern[str]:
    return re.compile(re.escape(keyword))


def _stands_in(pattern: re.Pattern[str], text: str) -> bool:
    return any(
        _is_whole(text, found.start(), found.end()) and not _NEGATION.search(text, 0, found.start())
        for found in pattern.finditer(text)
    )


def _is_whole(text: str, start: int, end: int) -> bool:
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, position: int) -> bool:
    """Whether the characters before and after a position belong to one word."""
    if position in (0, len(text)):
        return False
    before, after = text[position - 1], text[position]
    return _in_word(before) and _in_word(after) and not (_stands_alone(before) or _stands_alone(after))


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def _stands_alone(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_WITHOUT_SPACES)
