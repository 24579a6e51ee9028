"""A stack that sends chunks, new and in use."""

import pytest

from tests.unit.chunk_world import ChunkWorld


@pytest.fixture
def world() -> ChunkWorld:
    return ChunkWorld()


@pytest.fixture
def known(world: ChunkWorld) -> ChunkWorld:
    """The supplier and the product are linked already, so that a chunk has nothing but orders to write."""
    world.push_chunk(world.store_orders([0]))
    world.books.calls = 0
    world.script.calls.clear()
    world.activity.by_id.clear()
    world.events.published.clear()
    return world
