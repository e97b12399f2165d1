"""The examples in the docstrings of policy/ are true."""

import doctest
import importlib
from pathlib import Path

import pytest

import policy.vocabulary

MODULES = sorted(
    f"policy.{path.stem}"
    for path in Path(policy.vocabulary.__file__).parent.glob("*.py")
    if path.stem != "__init__"
)
WITH_EXAMPLES = {"policy.identity", "policy.retention"}


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
    assert (result.attempted > 0) is (name in WITH_EXAMPLES)
