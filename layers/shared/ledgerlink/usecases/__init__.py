"""What Ledgerlink does: one verb per file, with the ports it needs declared beside it."""
