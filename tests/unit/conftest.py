"""Generated tests are quick here, and no test fails because a machine is slow."""

from hypothesis import settings

settings.register_profile("unit", max_examples=25, deadline=None)
settings.load_profile("unit")
