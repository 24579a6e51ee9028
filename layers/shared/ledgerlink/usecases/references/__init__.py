"""What documents name in QuickBooks: vendors, customers, items, accounts, entries of lists; found or created."""
