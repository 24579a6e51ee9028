"""Ledgerlink: a multi-tenant QuickBooks Online integration."""
