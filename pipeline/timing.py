"""When a job runs: at intervals, at a time of day, or as cron says; times of day are London's."""

import re
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from pipeline.section import Section

_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"
_AT_ONE = "01"
_WEEKDAYS_BY_NUMBER = re.compile(r"\d")
_TWICE_AND_NEVER = (
    "is an hour that London has twice in autumn and never in spring: choose one from 02 on, or 00"
)

TimeOfDay = Annotated[str, StringConstraints(pattern=_TIME)]


class Timing(Section):
    """When a job runs. Give `every_minutes`, `daily_at` or `cron`; or `on = false`."""

    on: bool = Field(True, description="Whether it runs at all.")
    every_minutes: float | None = Field(
        None, ge=0.01, le=44_640, description="Minutes from one run to the next."
    )
    daily_at: TimeOfDay | None = Field(None, description="A time of day in London, as 04:10.")
    cron: str | None = Field(
        None, description="Five fields of cron, London time, weekdays by name: 10 4 * * mon-fri."
    )
    jitter_seconds: float = Field(
        0, ge=0, le=3_600, description="By how much a run may begin later, so that not all do."
    )
    too_late_minutes: float | None = Field(
        None, ge=1, description="A run that could not begin for so long is left out; none if empty."
    )

    @field_validator("daily_at")
    @classmethod
    def _comes_once_a_day(cls, given: str | None) -> str | None:
        if given is not None and given.startswith(_AT_ONE):
            raise ValueError(_TWICE_AND_NEVER)
        return given

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, given: str | None) -> str | None:
        if given is None:
            return None
        # the vendor's weekdays count from Monday, cron's from Sunday
        if len(fields := given.split()) == 5 and _WEEKDAYS_BY_NUMBER.search(fields[4]):
            raise ValueError("names weekdays by numbers, which count differently: write mon, tue …")
        from apscheduler.triggers.cron import CronTrigger  # noqa: PLC0415 - slow to load

        try:
            CronTrigger.from_crontab(given)
        except ValueError:
            raise ValueError(
                "is no cron: five fields, minute hour day month weekday, as 10 4 * * mon-fri"
            ) from None
        hours = fields[1].split(",")
        if any(hour.lstrip("0") == "1" for hour in hours):
            raise ValueError(_TWICE_AND_NEVER)
        return given

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        given = [self.every_minutes, self.daily_at, self.cron]
        if self.on and sum(each is not None for each in given) != 1:
            raise ValueError("give one of `every_minutes`, `daily_at` and `cron`, or on = false")
        return self


def _timing(description: str, **values: object) -> Any:  # noqa: ANN401 - pydantic's Field
    """Return the field of a job that runs as `values` say."""
    return Field(Timing.model_validate(values), description=description, examples=[values])


class ScheduleSettings(Section):
    """When each job runs, unless its source says otherwise. Times of day are London's."""

    pull: Timing = _timing("Ask the sources for new leads.", every_minutes=15, jitter_seconds=30)
    reconcile: Timing = _timing(
        "Compare the last week with what the platforms list, and fetch what is missing.",
        daily_at="03:40",
    )
    reconcile_all: Timing = _timing(
        "The same for all that the platforms still give out: 90 days.", cron="40 5 * * sun"
    )
    optout_files: Timing = _timing(
        "Heed lists of opt-outs that were dropped into the folder.", every_minutes=1
    )
    audiences: Timing = _timing(
        "Take people who opted out out of advertising audiences.", every_minutes=5
    )
    expire: Timing = _timing(
        "Delete what is due; at least twice a day, since a day is promised.", every_minutes=360
    )
    scrub: Timing = _timing(
        "Rewrite the store's files where something was deleted; writers wait meanwhile.",
        daily_at="04:40",
    )
    probe: Timing = _timing(
        "Ask the platforms whether token, permissions and subscription still hold.",
        every_minutes=60,
        jitter_seconds=60,
    )
    alarms: Timing = _timing("Tell what goes wrong, and what is right again.", every_minutes=5)
    backup: Timing = _timing("Make a backup, if there is a key for it.", daily_at="04:10")
    housekeeping: Timing = _timing(
        "Forget what is only needed for a while: old runs, counts of refusals.", daily_at="05:10"
    )
