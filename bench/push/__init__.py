"""What pushes cost: calls to QuickBooks, and time from the host's request until QuickBooks has the document."""
