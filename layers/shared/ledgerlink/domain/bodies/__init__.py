"""The bodies that we send to QuickBooks, as types: only the fields that we own.

Keys keep QuickBooks' spelling. What each field may hold stands in ``quickbooks/fields``,
and a test keeps the two alike.
"""
