"""What a tenant chooses, and what it can choose from."""
