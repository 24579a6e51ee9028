"""What the host's things are in QuickBooks: matched by hand, suggested, and what is not matched yet."""
