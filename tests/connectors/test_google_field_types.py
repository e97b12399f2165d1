"""Our table of Google's field types: the same as in every version of Google's own package."""

import importlib
import pkgutil
import re

import pytest

from connectors._google_field_types import AGES, FIELD_TYPES, NATIONAL_IDS, type_name

ads = pytest.importorskip("google.ads.googleads")
VERSIONS = sorted(
    found.name
    for found in pkgutil.iter_modules(ads.__path__)
    if re.fullmatch(r"v[0-9]+", found.name)
)


def test_the_package_has_the_versions_that_are_served() -> None:
    assert {"v23", "v24", "v25", "v26"} <= set(VERSIONS)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_table_is_google_s_value_by_value(version: str) -> None:
    module = importlib.import_module(
        f"google.ads.googleads.{version}.enums.types.lead_form_field_user_input_type"
    )
    theirs = module.LeadFormFieldUserInputTypeEnum.LeadFormFieldUserInputType
    assert {member.value: member.name for member in theirs} == dict(FIELD_TYPES)


def test_there_are_118_types() -> None:
    assert len(FIELD_TYPES) == 118
    assert len(set(FIELD_TYPES.values())) == 118


def test_the_national_ids_are_those_that_a_government_issues() -> None:
    assert {name for name in FIELD_TYPES.values() if name.startswith("GOVERNMENT")} == NATIONAL_IDS
    assert len(NATIONAL_IDS) == 7


def test_each_age_is_the_one_that_its_name_says() -> None:
    assert {f"OVER_{age}_AGE": age for age in range(18, 66)} == AGES
    assert all(FIELD_TYPES[age + 1060] == name for name, age in AGES.items())


def test_an_unknown_number_keeps_its_value() -> None:
    assert type_name(4242) == "4242"
    assert type_name(3) == "EMAIL"
