"""Generated tests are quick and write nothing here, and no test fails because a machine is slow."""

from hypothesis import settings

settings.register_profile("unit", max_examples=20, deadline=None, database=None)
settings.load_profile("unit")
