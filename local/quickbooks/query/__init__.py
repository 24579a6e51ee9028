"""QuickBooks' query language: read the text, check it against an entity, run it over stored rows.

https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/data-queries
"""

from local.quickbooks.query.parser import Condition, Literal, Order, Query, parse

__all__ = ["Condition", "Literal", "Order", "Query", "parse"]
