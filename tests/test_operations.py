"""docs/operations.md says what the schedule does, and its example is a schedule."""

import tomllib

import orjson
import pytest

from pipeline.key_settings import KeySettings
from pipeline.timing import ScheduleSettings, Timing
from tests.documents import ROOT, blocks, coded, rows, section, text_of

OPERATIONS = text_of(ROOT / "docs" / "operations.md")
JOBS = section(OPERATIONS, "## The jobs")
TABLE = {coded(cells[0])[0]: cells for cells in rows(JOBS) if len(cells) == 3 and coded(cells[0])}
EXAMPLES = [tomllib.loads(block.text) for block in blocks(JOBS, "toml")]


def test_every_job_has_a_line_and_no_line_is_about_none() -> None:
    assert list(TABLE) == list(ScheduleSettings.model_fields)


@pytest.mark.parametrize("job", ScheduleSettings.model_fields)
def test_the_default_of_each_job_is_the_one_that_is_told(job: str) -> None:
    [default] = ScheduleSettings.model_fields[job].examples or []
    told = tomllib.loads("\n".join(coded(TABLE[job][2])))
    assert told == orjson.loads(orjson.dumps(default))
    assert getattr(ScheduleSettings(), job) == Timing.model_validate(told)


def test_the_examples_of_a_schedule_are_taken() -> None:
    [whole] = [each["schedule"] for each in EXAMPLES if "schedule" in each]
    assert ScheduleSettings.model_validate(whole).probe.on is False
    [[source]] = [each["sources"] for each in EXAMPLES if "sources" in each]
    assert Timing.model_validate(source["schedule"]).every_minutes == 3


def test_every_word_of_a_time_is_explained() -> None:
    words = {word for cells in rows(JOBS) if len(cells) == 2 for word in coded(cells[0])}
    assert {word.partition(" ")[0] for word in words} == set(Timing.model_fields)


def test_every_key_of_an_installation_is_in_the_table_of_keys() -> None:
    told = {word for cells in rows(section(OPERATIONS, "## The keys")) for word in coded(cells[1])}
    assert {f"keys.{name}" for name in KeySettings.model_fields} <= told
