"""What the portal's pages cost a person: milliseconds and bytes."""
