"""What can go wrong while starting the stack, in words for the person at the keyboard."""


class LocalStackError(Exception):
    """The message says what happened and what to do; it is printed as it is."""
