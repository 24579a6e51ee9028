"""Tables on a terminal."""

from collections.abc import Sequence


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: the first column begins at the left, the others end at the right."""
    print(f"\n{title}", flush=True)
    cells = [head, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    for row in cells:
        rest = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        print("  ".join((row[0].ljust(widths[0]), *rest)).rstrip(), flush=True)


def times(value: float, first: float) -> str:
    """How many times the first one."""
    return f"×{value / first:.2f}" if first else "-"
