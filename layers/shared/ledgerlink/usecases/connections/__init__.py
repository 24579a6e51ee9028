"""From consent to disconnecting: a tenant's companies, and the access to them."""
