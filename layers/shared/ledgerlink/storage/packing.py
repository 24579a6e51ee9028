"""Long texts in items, which have 400 KB at most.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-use-s3-too.html
"""

import gzip

LONGEST_PLAIN = 100_000
"""Bytes; short texts stay readable in the console."""


def pack(text: str) -> str | bytes:
    """The text as an attribute."""
    data = text.encode()
    return text if len(data) <= LONGEST_PLAIN else gzip.compress(data, mtime=0)


def unpack(value: str | bytes) -> str:
    """What was packed."""
    return value if isinstance(value, str) else gzip.decompress(value).decode()
