"""The contract of Embeddings."""

import pytest

from bot.ports.repositories import Repositories
from tests.contracts.samples import DAY, NOW


async def test_vectors_come_back_under_their_keys_as_near_as_32_bits_are(folder: Repositories) -> None:
    await folder.embeddings.put({"one": [0.6, 0.8], "two": [1.0, 0.0]}, NOW)
    found = await folder.embeddings.get(["one", "two", "three"])
    assert {key: list(vector) for key, vector in found.items()} == {
        "one": pytest.approx([0.6, 0.8]),
        "two": [1.0, 0.0],
    }
    assert await folder.embeddings.get([]) == {}


async def test_a_vector_put_again_replaces_the_one_before(folder: Repositories) -> None:
    await folder.embeddings.put({"one": [1.0, 0.0]}, NOW)
    await folder.embeddings.put({"one": [0.0, 1.0]}, NOW + 20 * DAY)
    await folder.embeddings.put({"two": [0.0, 1.0]}, NOW + 40 * DAY)
    assert list((await folder.embeddings.get(["one"]))["one"]) == [0.0, 1.0]
