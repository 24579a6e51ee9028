"""Writing documents to QuickBooks, exactly once, alone or thirty in a call; and previews of it."""
