"""The pages that a tenant's browser shows."""
