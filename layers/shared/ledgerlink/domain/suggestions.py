"""Which entry of QuickBooks' lists something of the host may be: shown to people, never acted on by itself."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, lru_cache

from ledgerlink.domain import rows
from ledgerlink.domain.mappings import HostThing, MappingKind, why_not
from ledgerlink.domain.pickers import label
from ledgerlink.domain.rows import Row

MOST = 3
"""Suggestions for one thing: more are a list to search in."""
SIMILAR = 0.6
"""From here on names count as similar: one letter more or less in eight, or one word more in three."""

_PARTIES = (MappingKind.SUPPLIERS, MappingKind.CUSTOMERS)
_CODES = {MappingKind.PRODUCTS: "Sku", MappingKind.EXPENSE_ACCOUNTS: "AcctNum"}
_NAMES = ("Name", "DisplayName", "FullyQualifiedName", "CompanyName")
_COMPANY_FORMS = frozenset(
    {
        *("inc", "incorporated", "llc", "llp", "lp", "ltd", "limited", "co", "company", "corp", "corporation", "plc"),
        *("pty", "pvt", "gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "ug", "ev", "sa", "sas", "sarl", "sl", "srl", "spa"),
        *("bv", "nv", "oy", "oyj", "ab", "aps", "sro", "kft", "zrt", "doo", "kk", "ооо", "оао", "зао"),
        *("株式会社", "有限会社", "有限公司"),
    }
)
_AND = "and"
_ABBREVIATED = re.compile(r"(?<=[^\W\d_])[.'’]")
_FEET, _INCHES = re.compile(r"(?<=\d)['’′]"), re.compile(r'(?<=\d)["”″]')


class Why(StrEnum):
    """What speaks for a suggestion, the surest first."""

    SAME_SKU = "same_sku"
    SAME_NUMBER = "same_number"
    SAME_NAME = "same_name"
    SIMILAR_NAME = "similar_name"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry that something may be."""

    row: Row
    why: Why
    score: float = 1.0
    """How similar the names are, up to 1."""
    taken_by: tuple[str, ...] = ()
    """The ids of other things of the host that it is matched with."""

    @property
    def entity_id(self) -> str:
        """QuickBooks' id of the entry."""
        return rows.text(self.row, "Id")


class Suggestions:
    """The entries of one list that something can be matched with, ready to be compared with many things."""

    def __init__(self, kind: MappingKind, found: Iterable[Row]) -> None:
        self._kind = kind
        self._rows = [row for row in found if why_not(kind, row) is None]

    def for_thing(self, thing: HostThing) -> list[Suggestion]:
        """The same SKU or number; else the same name; else up to three similar names, the most similar first."""
        code = _plain_code(thing.code)
        if code and (same := self._by_code.get(code)):
            why = Why.SAME_SKU if self._kind is MappingKind.PRODUCTS else Why.SAME_NUMBER
            return [Suggestion(row, why) for row in same[:MOST]]
        names = [name for text in (thing.name, thing.code) if (name := plain_name(self._kind, text))]
        for name in names:
            if same := self._by_name.get(name):
                return [Suggestion(row, Why.SAME_NAME) for row in same[:MOST]]
        return self._similar(names[0]) if names else []

    @cached_property
    def _by_code(self) -> Mapping[str, Sequence[Row]]:
        prop = _CODES.get(self._kind)
        return _grouped((_plain_code(rows.text(row, prop)), row) for row in self._rows) if prop else {}

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Row]]:
        return _grouped((name, row) for row in self._rows for name in self._names_of(row))

    @cached_property
    def _sizes(self) -> Mapping[str, int]:
        """Of how many pieces each name is made."""
        return {name: len(_pieces(name)) for name in self._by_name}

    @cached_property
    def _by_piece(self) -> Mapping[str, Sequence[str]]:
        """The names in which a piece of three letters stands."""
        found = defaultdict(list)
        for name in self._by_name:
            for piece in _pieces(name):
                found[piece].append(name)
        return found

    def _similar(self, name: str) -> list[Suggestion]:
        mine = _pieces(name)
        common = Counter(other for piece in mine for other in self._by_piece.get(piece, ()))
        best: dict[str, Suggestion] = {}
        for other, count in common.items():
            score = 2 * count / (len(mine) + self._sizes[other])
            if score < SIMILAR or _numbers(name) != _numbers(other):
                continue
            for row in self._by_name[other]:
                known = best.get(rows.text(row, "Id"))
                if known is None or known.score < score:
                    best[rows.text(row, "Id")] = Suggestion(row, Why.SIMILAR_NAME, round(score, 2))
        ranked = sorted(best.values(), key=lambda one: (-one.score, label(one.row).casefold(), one.entity_id))
        return ranked[:MOST]

    def _names_of(self, row: Row) -> set[str]:
        """Also an account's number with its name, as people write it."""
        texts = {rows.text(row, prop) for prop in _NAMES}
        if number := rows.text(row, "AcctNum"):
            texts.add(f"{number} {rows.text(row, 'Name')}")
        return {name for text in texts if (name := plain_name(self._kind, text))}


def unless_taken(found: Sequence[Suggestion], taken: Mapping[str, Collection[str]], host_id: str) -> list[Suggestion]:
    """The suggestions, each with the other things that have its entry; a merely similar name that is taken says
    nothing, and is left out.
    """
    others = [replace(one, taken_by=tuple(sorted(set(taken.get(one.entity_id, ())) - {host_id}))) for one in found]
    return [one for one in others if not (one.taken_by and one.why is Why.SIMILAR_NAME)]


def plain_name(kind: MappingKind, name: str) -> str:
    """The name's words without case, accents and punctuation, and without what kind of company it is."""
    text = unicodedata.normalize("NFKC", name).casefold().replace("&", f" {_AND} ")
    text = _INCHES.sub(" in ", _FEET.sub(" ft ", _ABBREVIATED.sub("", text)))
    words = "".join(map(_plain_letter, text)).split()
    return " ".join(_without_form(words) if kind in _PARTIES else words)


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    """Marks make another letter of most scripts' letters; only with Latin ones people leave them out."""
    if letter.isalnum() or unicodedata.category(letter).startswith("M"):
        bare = unicodedata.normalize("NFD", letter)[0]
        return bare if bare.isascii() else letter
    return " "


def _without_form(words: list[str]) -> list[str]:
    """``Müller GmbH & Co. KG`` is called Müller; somebody who is called nothing but Limited keeps the name."""
    first, last = 0, len(words)
    while last > 1 and (words[last - 1] in _COMPANY_FORMS or (words[last - 1] == _AND and last < len(words))):
        last -= 1
    while last - first > 1 and words[first] in _COMPANY_FORMS:
        first += 1
    return words[first:last]


def _plain_code(code: str) -> str:
    return "".join(unicodedata.normalize("NFKC", code).casefold().split())


def _pieces(name: str) -> frozenset[str]:
    """Three letters each, with two blanks before a word and one behind: how a word begins counts most."""
    return frozenset(
        padded[at : at + 3] for word in name.split() for padded in [f"  {word} "] for at in range(len(padded) - 2)
    )


def _numbers(name: str) -> list[int]:
    """Another size, another year or another shop is another thing, however similar its name."""
    return sorted(int(number) for number in re.findall(r"\d+", name))


def _grouped(pairs: Iterable[tuple[str, Row]]) -> Mapping[str, Sequence[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for key, row in pairs:
        if key:
            found[key].append(row)
    return found
