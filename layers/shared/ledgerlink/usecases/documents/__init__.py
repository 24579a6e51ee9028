"""The host's documents, one by one: kept, sent on their way, settled when they give up, shown."""
