"""Hosts' documents as bodies of QuickBooks' entities, one module per entity.

Field meanings: Intuit, the reference of each entity. Only fields that we own are sent; an
update is sparse, so what a bookkeeper adds in QuickBooks stays, except the lines:
QuickBooks replaces the Line array as a whole.
"""
