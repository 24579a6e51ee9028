"""Organic goods: found, certified, and told of."""
