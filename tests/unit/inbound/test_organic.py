"""Finding organic goods in texts as people write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgerlink.domain.normalise import ItemTexts, find_organic
from ledgerlink.domain.organic import DEFAULT_KEYWORDS, Keywords, OrganicMatch, Where, fold
from ledgerlink.domain.organic_settings import OrganicContent, OrganicSettings, changed, parse_organic_content
from ledgerlink.errors import InvalidRequest
from tests.unit.orders import NOW, TENANT

DEFAULTS = Keywords(DEFAULT_KEYWORDS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Organic apples", ["organic"]),
        ("ORGANIC", ["organic"]),
        ("apples (organic)", ["organic"]),
        ("organic-apples", ["organic"]),
        ("organic_apples", ["organic"]),
        ("100% organic.", ["organic"]),
        ("USDA  Organic apples", ["organic", "USDA organic"]),
        ("usda\u00a0organic", ["organic", "USDA organic"]),
        ("Certified\nOrganic", ["organic", "certified organic"]),
        ("ｏｒｇａｎｉｃ apples", ["organic"]),
        ("or\u00adganic apples", ["organic"]),
        ("org\u200banic", ["organic"]),
        ("non-GMO organic", ["organic"]),
        ("Canon organic", ["organic"]),
    ],
)
def test_a_keyword_is_found_however_it_is_written(text, found):
    assert DEFAULTS.found_in(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "inorganic",
        "Inorganic fertiliser",
        "organically grown",
        "organics",
        "organic5",
        "non-organic apples",
        "Non organic",
        "non\u2011organic",
        "NOT organic",
        "organic\u0301",
        "organic\u0336",
        "unorganic",
        "biorganic",
    ],
)
def test_what_only_contains_the_letters_is_not_organic(text):
    assert list(DEFAULTS.found_in(text)) == []


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("biológico", "Aceite BIOLO\u0301GICO"),
        ("BIO", "Bio-Äpfel"),
        ("öko", "ÖKO Milch"),
        ("straße", "STRASSE 7"),
        ("有機", "国産有機りんご"),
        ("органический", "ОРГАНИЧЕСКИЙ чай"),
        ("عضوي", "شاي عضوي"),
    ],
)
def test_keywords_of_any_language_are_found(keyword, text):
    assert Keywords([keyword]).found_in(text) == [keyword]


@given(before=st.characters(), after=st.characters())
def test_a_letter_or_digit_beside_it_makes_another_word(before, after):
    text = f"{before}organic{after}"

    found = Keywords(["organic"]).found_in(text)

    joined = any(unicodedata.category(c)[0] in "LN" and len(fold(c)) == 1 and ord(c) < 0x250 for c in (before, after))
    if joined:
        assert list(found) == []


@given(st.text(), st.sampled_from([" ", "\t", ", ", "/", " (", "\u2003", "\u2014"]))
def test_no_text_around_it_hides_a_word_that_stands_alone(text, gap):
    found = DEFAULTS.found_in(f"{text} | {gap}Organic{gap}| {text}")

    assert "organic" in found


@given(st.text(), st.lists(st.text(min_size=1), max_size=5))
def test_the_form_of_unicode_makes_no_difference(text, keywords):
    composed = Keywords(keywords).found_in(unicodedata.normalize("NFC", text))

    taken_apart = Keywords(keywords).found_in(unicodedata.normalize("NFD", text))

    assert composed == taken_apart


def test_every_place_of_a_keyword_is_kept():
    form = {
        "lines": [
            {"id": "1", "item_id": "5", "name": "Apples", "description": "organic, from the region"},
            {"id": "2", "item_id": None, "name": None, "description": "Freight"},
        ]
    }
    items = {"5": ItemTexts("Apples", "Organic:Apples", "APL", ("USDA Organic", "organic"))}

    found = find_organic(form, items, DEFAULTS)

    assert found == (
        OrganicMatch("organic", Where.ITEM_NAME, "1"),
        OrganicMatch("organic", Where.ITEM_DESCRIPTION, "1"),
        OrganicMatch("USDA organic", Where.ITEM_DESCRIPTION, "1"),
        OrganicMatch("organic", Where.LINE_DESCRIPTION, "1"),
    )


def test_an_item_that_is_not_known_yet_is_judged_by_its_name_on_the_line():
    form = {"lines": [{"id": "1", "item_id": "5", "name": "Organic pears", "description": None}]}

    assert find_organic(form, {}, DEFAULTS) == (OrganicMatch("organic", Where.ITEM_NAME, "1"),)


def test_a_keyword_counts_once_however_it_is_written():
    content = OrganicContent(keywords=["Bio", "bio", " BIO ", "öko"])

    after = changed(OrganicSettings(TENANT), content, NOW)

    assert after.keywords == ("Bio", "öko")
    assert after.revision == 1


def test_what_is_left_out_stays_and_the_same_choice_is_no_change():
    before = OrganicSettings(TENANT, ("bio",), ("a@b.example",), 3, 3, NOW)

    assert changed(before, OrganicContent(), NOW) is before
    assert changed(before, OrganicContent(keywords=["bio"]), NOW) is before
    assert changed(before, OrganicContent(emails=[]), NOW).revision == 3


@pytest.mark.parametrize(
    "content",
    [
        {"keywords": ["--"]},
        {"keywords": [""]},
        {"keywords": ["a\nb"]},
        {"keywords": ["x"] * 51},
        {"emails": ["nobody"]},
        {"emails": ["a@b"]},
        {"emails": ["a@b.example, c@d.example"]},
        {"words": []},
        [],
    ],
)
def test_what_cannot_be_meant_is_refused(content):
    with pytest.raises(InvalidRequest):
        parse_organic_content(content)
