"""What Ledgerlink does: one verb per file in a folder per topic, with the ports it needs declared beside it."""
