"""How people see the pages: light or dark, at a desk or on a phone."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Look:
    """A colour scheme and the size of a window."""

    scheme: Literal["light", "dark"]
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.scheme}-{self.width}"

    @property
    def options(self) -> dict[str, Any]:
        """Of a browser context. Without movement, so that nothing is looked at half-way."""
        return {
            "color_scheme": self.scheme,
            "viewport": {"width": self.width, "height": self.height},
            "reduced_motion": "reduce",
            "locale": "en-US",
        }


DESK = Look("light", 1280, 900)
DESK_AT_NIGHT = Look("dark", 1280, 900)
PHONE = Look("light", 390, 844)
PHONE_AT_NIGHT = Look("dark", 390, 844)
LOOKS = (DESK, DESK_AT_NIGHT, PHONE, PHONE_AT_NIGHT)
