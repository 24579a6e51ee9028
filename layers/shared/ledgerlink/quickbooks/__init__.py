"""The border to QuickBooks Online: OAuth, the REST client, queries and faults."""
