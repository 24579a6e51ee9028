"""A QuickBooks Online for laptops: OAuth, the accounting REST API, and a control API for tests."""

from local.quickbooks.simulator import Simulator

__all__ = ["Simulator"]
