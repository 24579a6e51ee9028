"""Many documents in one go: by hand, or every day at a time."""
