"""The watch over the log lines sees what it has to see."""

import logging

import pytest
from aws_lambda_powertools import Logger

from ledgerlink.errors import DocumentRejected
from tests import canaries
from tests.conftest import LogWatch


def tell_in_the_text() -> None:
    logging.getLogger("ledgerlink.any").debug("token %s", canaries.ACCESS_TOKEN)


def tell_in_an_extra() -> None:
    logging.getLogger("ledgerlink.any").info("stored", extra={"supplier": canaries.SUPPLIER})


def tell_in_a_traceback() -> None:
    try:
        raise DocumentRejected(f"QuickBooks refused {canaries.EMAIL}.")
    except DocumentRejected:
        logging.getLogger("ledgerlink.any").exception("failed")


def tell_in_an_appended_key() -> None:
    logger = Logger(service="watched")
    logger.append_keys(memo=canaries.MEMO)
    logger.info("stored")


@pytest.mark.parametrize(
    "tell", [tell_in_the_text, tell_in_an_extra, tell_in_a_traceback, tell_in_an_appended_key], ids=lambda f: f.__name__
)
def test_a_token_or_customer_data_in_a_log_line_is_noticed(log_watch: LogWatch, tell: object) -> None:
    assert callable(tell)

    tell()

    assert log_watch.told != []
    log_watch.told.clear()


def test_an_ordinary_line_is_not_complained_about(log_watch: LogWatch) -> None:
    before = log_watch.lines

    logging.getLogger("ledgerlink.any").info("stored", extra={"tenant_id": "acme"})

    assert log_watch.lines > before
    assert log_watch.told == []
