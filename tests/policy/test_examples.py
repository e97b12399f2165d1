"""The examples in the docstrings of policy/ are true."""

import doctest
import importlib
from pathlib import Path

import pytest

import policy.vocabulary

POLICY = Path(policy.vocabulary.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(POLICY.parent).with_suffix("").parts)
    for path in POLICY.rglob("*.py")
    if path.stem != "__init__"
)
WITH_EXAMPLES = {
    "policy.audience_hashes",
    "policy.confirmation",
    "policy.identity",
    "policy.masked",
    "policy.retention",
    "policy.rights.packs",
    "policy.screening.screen",
    "policy.screening.text",
    "policy.waiting",
}


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_true(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0
    assert (result.attempted > 0) is (name in WITH_EXAMPLES)
