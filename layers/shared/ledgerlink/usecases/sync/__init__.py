"""Out of QuickBooks: flows, polls, notifications, backfills, and the records they make."""
