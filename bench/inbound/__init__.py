"""What taking data out of QuickBooks costs: calls, metered reads, memory, time, and what AWS bills for it."""
