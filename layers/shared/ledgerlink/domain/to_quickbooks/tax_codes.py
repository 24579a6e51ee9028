"""Which tax codes QuickBooks takes on the lines of one document."""

from collections.abc import Mapping

from ledgerlink.domain.connections import Connection
from ledgerlink.domain.to_quickbooks.parts import is_in_us
from ledgerlink.errors import DocumentRejected

_US_CODES = ("TAX", "NON")


def check_codes(codes: Mapping[str, str], connection: Connection) -> None:
    """Raise DocumentRejected naming the fields whose tax code QuickBooks would refuse (faults 6100 and 6000).

    ``codes`` are those of all parts that can have one, by their path; empty where a part names none.
    """
    if not connection.country:
        return
    if is_in_us(connection):
        wrong = [path for path, code in codes.items() if code and code.upper() not in _US_CODES]
        if wrong:
            raise DocumentRejected(
                "A company in the US knows only the tax codes TAX and NON on a line.",
                code="tax_code_not_accepted",
                hint="Send TAX or NON, or no tax code: QuickBooks computes the tax itself. Then send it again.",
                fields=[{"field": path, "problem": "is neither TAX nor NON"} for path in wrong],
            )
        return
    missing = [path for path, code in codes.items() if not code]
    if missing and any(codes.values()):
        raise DocumentRejected(
            "Some lines have a tax code and others have none; QuickBooks takes all or none.",
            code="tax_code_needed",
            hint="Send a tax code in each of the named fields, or leave out all of them; then send it again.",
            fields=[{"field": path, "problem": "is missing"} for path in missing],
        )
