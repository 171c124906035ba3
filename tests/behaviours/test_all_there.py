"""Every behaviour from 1 to 46 has exactly one test, whose docstring is its number."""

import inspect
import re

from tests.behaviours import test_asking, test_guarding, test_pages, test_reading


def test_each_of_the_behaviours_has_a_test_of_its_own() -> None:
    numbers = {
        module: [
            int(found[1])
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if name.startswith("test_") and (found := re.fullmatch(r"Behaviour (\d+)\.", function.__doc__ or ""))
        ]
        for module in (test_asking, test_reading, test_guarding, test_pages)
    }
    expected = {test_asking: (1, 23), test_reading: (24, 36), test_guarding: (37, 41), test_pages: (42, 46)}
    assert {module: sorted(found) for module, found in numbers.items()} == {
        module: list(range(first, last + 1)) for module, (first, last) in expected.items()
    }
