"""Ledgerlink's QuickBooks client and two that others wrote, side by side."""
