"""Whatever QuickBooks answers becomes its JSON or one of our named errors."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledgerlink import errors
from ledgerlink.quickbooks.fault_table import TABLE
from ledgerlink.quickbooks.faults import error_from, read_answer, read_intuit_tid, read_wait, refuses_token

HEADERS = {"Intuit-Tid": "1-5f733cd3-284572515eb5f21f8e8afa62"}


def fault(code: str, message: str = "Message", detail: str | None = "Detail", kind: str = "ValidationFault") -> bytes:
    entry = {"Message": message, "Detail": detail, "code": code, "element": ""}
    return json.dumps({"Fault": {"Error": [entry], "type": kind}, "time": "2026-09-29T06:52:56.527-07:00"}).encode()


def gateway_fault(code: str, message: str, detail: str | None) -> bytes:
    entry = {"message": message, "detail": detail, "code": code, "element": None}
    nulls = {"warnings": None, "intuitObject": None, "queryResponse": None, "time": 1601391072830}
    return json.dumps({**nulls, "fault": {"error": [entry], "type": "AUTHENTICATION"}}).encode()


def xml_fault(code: str, message: str, detail: str, kind: str = "SERVICE") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" time="2026-11-21T08:19:06.093-08:00">'
        f'<Fault type="{kind}"><Error code="{code}"><Message>{message}</Message><Detail>{detail}</Detail></Error>'
        "</Fault></IntuitResponse>"
    ).encode()


TOKEN_EXPIRED = gateway_fault(
    "3200", "message=AuthenticationFailed; errorCode=003200; statusCode=401", "Token expired: AB01160139107283"
)


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.code)
def test_a_code_of_the_table_becomes_its_error_in_every_shape(rule):
    shapes = [
        (400, fault(rule.code)),
        (400, gateway_fault(f"00{rule.code}", "message", None)),
        (400, xml_fault(rule.code, "message", "detail")),
        (200, fault(rule.code)),
    ]

    for status, body in shapes:
        with pytest.raises(rule.error) as caught:
            read_answer(status, HEADERS, body)

        assert type(caught.value) is rule.error
        assert caught.value.code == (rule.name or f"quickbooks_{rule.code}")
        assert caught.value.message.startswith(rule.sentence)
        assert caught.value.intuit_tid == HEADERS["Intuit-Tid"]
        assert caught.value.hint


def test_the_table_names_each_code_once_and_speaks_in_sentences():
    codes = [rule.code for rule in TABLE]

    assert len(codes) == len(set(codes))
    assert all(rule.sentence.endswith(".") and rule.meaning for rule in TABLE)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, fault("9999", detail="Something new"), errors.DocumentRejected),
        (400, b"", errors.DocumentRejected),
        (400, b"{}", errors.DocumentRejected),
        (400, b"<html><body>Bad Request</body></html>", errors.DocumentRejected),
        (400, fault("6240")[:70], errors.DocumentRejected),
        (400, b"\xff\xfe\x00", errors.DocumentRejected),
        (401, b"<html>Unauthorized</html>", errors.ConnectionRevoked),
        (403, b"<html>Forbidden</html>", errors.PermissionLost),
        (404, b"<html>Not found</html>", errors.DocumentRejected),
        (408, b"", errors.QuickBooksUnavailable),
        (429, b"<html>Too many</html>", errors.RateLimited),
        (429, fault("6000"), errors.RateLimited),
        (403, xml_fault("3001", "message=ThrottleExceeded; errorCode=003001", "Try again"), errors.RateLimited),
        (403, xml_fault("3100", "AuthorizationFailed", "no sufficient scope"), errors.MissingConfiguration),
        (401, xml_fault("130", "Accessing Wrong Cluster", "WrongClusterError"), errors.MissingConfiguration),
        (500, b"<html>Oops</html>", errors.QuickBooksUnavailable),
        (500, fault("10000", kind="SystemFault"), errors.QuickBooksUnavailable),
        (500, fault("6000"), errors.QuickBooksUnavailable),
        (502, b"", errors.QuickBooksUnavailable),
        (503, b"<html>Service Unavailable</html>", errors.QuickBooksUnavailable),
        (504, b"\xff", errors.QuickBooksUnavailable),
        (302, b"", errors.QuickBooksUnavailable),
        (200, b"", errors.QuickBooksUnavailable),
        (200, b'{"Vendor": {"Id": "1"', errors.QuickBooksUnavailable),
        (200, b"[]", errors.QuickBooksUnavailable),
        (200, b"<html>Sign in</html>", errors.QuickBooksUnavailable),
        (200, b'{"Vendor": {"DisplayName": "\xe9"}}', errors.QuickBooksUnavailable),
        (200, b'{"a": NaN}', errors.QuickBooksUnavailable),
        (200, xml_fault("6240", "Duplicate", "taken"), errors.DuplicateDocument),
        (200, fault("9999"), errors.DocumentRejected),
        (200, fault("9999", kind="SystemFault"), errors.QuickBooksUnavailable),
    ],
)
def test_an_answer_of_any_shape_becomes_a_named_error(status, body, error):
    with pytest.raises(error) as caught:
        read_answer(status, HEADERS, body)

    assert type(caught.value) is error
    assert caught.value.intuit_tid == HEADERS["Intuit-Tid"]


def test_a_fault_that_is_null_is_no_fault():
    assert read_answer(200, {}, b'{"fault": null, "Vendor": {"Id": "1"}}')["Vendor"] == {"Id": "1"}


def test_the_code_is_found_in_the_message_where_it_stands_nowhere_else():
    body = gateway_fault("", "message=ThrottleExceeded; errorCode=003001; statusCode=429", None)

    assert error_from(403, {}, body).code == "quickbooks_3001"


def test_the_first_known_code_of_several_decides():
    entries = [{"Message": "Odd", "code": "9999"}, {"Message": "Duplicate Name Exists Error", "code": "6240"}]
    body = json.dumps({"Fault": {"Error": entries, "type": "ValidationFault"}}).encode()

    assert isinstance(error_from(400, {}, body), errors.DuplicateDocument)


def test_a_business_rule_is_told_in_intuits_words_without_its_prefix():
    body = fault(
        "6000",
        "A business validation error has occurred while processing your request",
        "Business Validation Error: Make sure all your transactions have a GST/HST rate before you save.",
    )

    assert error_from(400, {}, body).message == (
        "QuickBooks refused the document. "
        "QuickBooks says: Make sure all your transactions have a GST/HST rate before you save."
    )


def test_markup_and_repetition_are_taken_out_of_intuits_words():
    body = fault(
        "6240",
        "Duplicate Name Exists Error",
        "Duplicate Name Exists Error : Another $$customer$$ is already\nusing this <b>name</b>.\u0000",
    )

    assert error_from(400, {}, body).message.endswith("QuickBooks says: Another customer is already using this name .")


def test_a_detail_of_null_falls_back_to_the_message():
    body = fault("6240", "Duplicate Name Exists Error", "Duplicate Name Exists Error : null")

    assert error_from(400, {}, body).message.endswith("QuickBooks says: Duplicate Name Exists Error")


def test_a_long_detail_is_cut_at_a_word():
    message = error_from(400, {}, fault("6000", detail="too long " * 1000)).message

    assert len(message) < 400
    assert message.endswith(("long…", "too…"))


def test_a_fault_of_ledgerlinks_own_does_not_blame_the_document():
    error = error_from(400, {}, fault("2010", "Request has invalid or unsupported property", "Unrecognized field X"))

    assert "fault in Ledgerlink" in error.hint
    assert "Unrecognized" not in error.message


@pytest.mark.parametrize(
    ("status", "body", "refused"),
    [
        (401, TOKEN_EXPIRED, True),
        (401, xml_fault("3200", "message=AuthenticationFailed; errorCode=003200", "Token revoked"), True),
        (401, b"<html>Unauthorized</html>", True),
        (401, b"", True),
        (401, fault("120"), False),
        (401, xml_fault("130", "Accessing Wrong Cluster", ""), False),
        (403, gateway_fault("3100", "message=ApplicationAuthorizationFailed", None), False),
        (400, fault("3200"), False),
    ],
)
def test_only_a_refused_token_is_worth_another_token(status, body, refused):
    assert refuses_token(status, body) is refused


@pytest.mark.parametrize(("value", "wait"), [("30", 30), ("", 60), ("-1", 60), ("soon", 60), ("99999", 600)])
def test_the_wait_after_a_429_is_a_minute_unless_intuit_says(value, wait):
    assert read_wait({"Retry-After": value}) == wait
    assert read_wait({}) == 60


@pytest.mark.parametrize("value", ["", "a b", "x" * 101, "1-5f\n2", "<script>"])
def test_a_transaction_id_that_is_none_is_left_out(value):
    assert read_intuit_tid({"intuit_tid": value}) is None


def test_the_transaction_id_is_found_in_either_spelling():
    assert read_intuit_tid({"intuit_tid": "a"}) == read_intuit_tid({"Intuit-Tid": "a"}) == "a"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Fault", "fault", "Error", "error", "code", "Message", "detail", "Detail", "type", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
FAULTS = st.builds(
    lambda entries, kind: {"Fault": {"Error": entries, "type": kind}},
    st.lists(st.fixed_dictionaries({}, optional={"code": JSON, "Message": JSON, "Detail": JSON, "element": JSON}))
    | JSON,
    JSON,
)
BODIES = st.one_of(
    st.binary(),
    st.text().map(lambda text: text.encode("utf-8", "replace")),
    JSON.map(lambda value: json.dumps(value).encode()),
    FAULTS.map(lambda value: json.dumps(value).encode()),
    st.tuples(FAULTS, st.integers(0, 200)).map(lambda cut: json.dumps(cut[0]).encode()[: cut[1]]),
    st.lists(
        st.sampled_from(
            ["<Fault", ' type="', '"', ">", "<Error", ' code="', "6240", "<Message>", "<Detail>", "&lt;", "</"]
        )
    ).map(lambda parts: "".join(parts).encode()),
)


@settings(deadline=None, max_examples=60)
@given(st.integers(100, 599), st.dictionaries(st.text(), st.text(), max_size=3), BODIES)
@example(200, {}, b"[" * 100_000)
@example(200, {}, b'{"a": 1e999999999999999999999}')
@example(400, {}, b'{"Fault": {"Error": [{"code": ' + b"9" * 6000 + b"}]}}")
@example(400, {}, b"<Fault" * 10_000)
@example(400, {}, b"<Fault><Error" * 5_000)
def test_no_answer_makes_it_raise_anything_but_a_named_error(status, headers, body):
    try:
        answer = read_answer(status, headers, body)
    except errors.SyncError as error:
        assert error.message and error.code and error.category
        assert isinstance(json.dumps(error.to_dict()), str)
        assert isinstance(refuses_token(status, body), bool)
    else:
        assert isinstance(answer, dict)


TOKENS = st.one_of(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", min_size=24, max_size=60)
    .filter(lambda token: any(character.isdigit() for character in token))
    .map(lambda token: f"AB11{token}"),
    st.lists(st.text("ABCDEFabcdef0123456789-_", min_size=20, max_size=300), min_size=3, max_size=5).map(
        lambda parts: "eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0." + ".".join(parts)
    ),
)


@settings(deadline=None, max_examples=60)
@given(
    TOKENS,
    st.sampled_from(["Token expired: {}", "bad token {} was sent", "{}", "({})", '"access_token":"{}"', "x\n{}\ny"]),
    st.sampled_from(["3200", "6000", "610", "9999", "2010", ""]),
    st.sampled_from([200, 400, 401, 403, 500]),
    st.integers(0, 5000),
)
def test_no_token_ends_up_in_a_message(token, sentence, code, status, padding):
    detail = ("word " * (padding // 5)) + sentence.format(token)

    for body in (fault(code, detail, detail), gateway_fault(code, detail, detail), xml_fault(code, detail, detail)):
        error = error_from(status, HEADERS, body)

        shown = f"{error} {error.to_dict()} {error!r}"
        assert token not in shown
        assert not any(token[start : start + 20] in shown for start in range(len(token) - 20))


def test_a_token_at_the_edge_of_what_is_looked_at_leaves_no_stump():
    # Long runs that are masked make room for what comes last.
    detail = "x" * 3980 + " AB11" + "7" * 40

    assert "7" not in error_from(400, {}, fault("6000", detail=detail)).message


@pytest.mark.parametrize("token", ["short", "AB01"])
def test_even_a_short_text_behind_the_word_token_is_masked(token):
    assert token not in error_from(400, {}, fault("6000", detail=f"Token expired: {token}")).message
