"""Stopping a push before or after each of its calls in turn."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import pytest

from ledgerlink.errors import StorageUnavailable, SyncError
from tests.unit.fakes import Killed, raising
from tests.unit.world import World

type Make = Callable[[], World]
type Push = Callable[[World], Any]

CRASHES: dict[str, Callable[[], BaseException]] = {
    "killed": Killed,
    "answer lost": lambda: StorageUnavailable("No answer."),
}


@dataclass(frozen=True)
class Point:
    """Before or after one call of a push that nobody disturbs."""

    when: str
    number: int
    name: str


def points(make: Make, push: Push, crash: str = "killed") -> list[Point]:
    """All that differ for this crash, or for another worker that comes and goes there."""
    world = make()
    push(world)
    return points_of(world.script.calls, crash)


def points_of(calls: Sequence[str], crash: str = "killed") -> list[Point]:
    """Before and after each call; between two calls nothing but an error can make a difference."""
    whens = ("before", "after") if crash == "answer lost" else ("after",)
    between = [Point(when, number, name) for number, name in enumerate(calls) for when in whens]
    return between if "before" in whens else [Point("before", 0, calls[0]), *between]


def interrupted(make: Make, push: Push, point: Point, crash: str = "killed", *, honoured: bool = False) -> World:
    """A world in which a push was stopped there."""
    world = make()
    world.books.honours_request_ids = honoured
    world.script.at(point.when, point.number, raising(CRASHES[crash]()))
    # A lease that cannot be given back ends by itself, notes are only to be looked at; what was written matters more.
    ends_well = crash == "answer lost" and point.name in ("links.release", "unmatched.settle", "unmatched.note")
    with nullcontext() if ends_well else pytest.raises((Killed, SyncError)):
        push(world)
    return world


def end_of(push: Callable[[], Any]) -> str:
    """How it was sent, or the name of the error that it ended with."""
    try:
        return str(push().how)
    except SyncError as error:
        return type(error).__name__
