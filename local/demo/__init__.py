"""The story of Ledgerlink, told on the stack of this machine: ``python -m local.demo``."""
