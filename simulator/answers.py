"""What people send: answers, ticks, and the ad they came from, with the oddities of real leads."""

from collections.abc import Callable
from random import Random

from simulator.forms import Blueprint, Box, Json, Question
from simulator.people import Person

TEST_EMAIL = "test@meta.com"
"""What Meta's own testing tool puts into every e-mail question."""

_CONTACT: dict[str, Callable[[Person], str | None]] = {
    "FULL_NAME": lambda person: person.full_name,
    "FIRST_NAME": lambda person: person.first_name,
    "LAST_NAME": lambda person: person.last_name,
    "EMAIL": lambda person: person.email,
    "WORK_EMAIL": lambda person: person.email,
    "PHONE": lambda person: person.phone,
    "COMPANY_NAME": lambda person: person.company,
    "JOB_TITLE": lambda _: "Geschäftsführer / owner",
    "CITY": lambda person: person.city,
}
_FREE_TEXT = ("12", "more than 50", "=SUM(A1:A9)", "keine Angabe", "n/a", "1 to 9 😀", "  ")
_ODD_TICKS = ("false", "0", "true", "yes", "null")


def field_data(blueprint: Blueprint, person: Person, rng: Random) -> list[Json]:
    """Return what the person answers: questions in form order, hidden parameters last.

    A question that was left out is missing in some leads and has an empty list in others.
    """
    answers = []
    for question in blueprint.questions:
        values = _values(question, person, rng)
        if values or rng.random() < 0.4:
            answers.append({"name": question.key, "values": values})
    answers += [{"name": key, "values": [value]} for key, value in blueprint.tracking]
    return answers


def _values(question: Question, person: Person, rng: Random) -> list[str]:
    if contact := _CONTACT.get(question.type):
        given = contact(person)
        return [] if given is None else [given]
    if question.is_multiple:
        how_many = rng.randrange(len(question.options) + 1)
        return [key for key, _ in rng.sample(question.options, how_many)]
    if question.options:
        return [rng.choice(question.options)[0]]
    return [rng.choice(_FREE_TEXT)]


def box_answers(blueprint: Blueprint, rng: Random) -> list[Json] | None:
    """Return `custom_disclaimer_responses`; None where the form has no boxes (the key is absent).

    Whether required boxes come back is not documented: here half of them do.
    """
    if not blueprint.boxes:
        return None
    answers = []
    for box in blueprint.boxes:
        if (box.is_required and rng.random() < 0.5) or rng.random() < 0.005:
            continue
        answers.append({"checkbox_key": box.key, "is_checked": _tick(box, rng)})
    if rng.random() < 0.004:
        answers.append({"checkbox_key": "optional_99", "is_checked": "1"})
    return answers


def _tick(box: Box, rng: Random) -> str:
    if rng.random() < 0.01:
        return rng.choice(_ODD_TICKS)
    return "1" if rng.random() < box.tick_rate else ""


def dummy_field_data(blueprint: Blueprint) -> list[Json]:
    """Return the answers that Meta's testing tool sends for a form."""
    return [
        {
            "name": question.key,
            "values": [
                TEST_EMAIL
                if question.type.endswith("EMAIL")
                else f"<test lead: dummy data for {question.key}>"
            ],
        }
        for question in blueprint.questions
    ]


class Campaigns:
    """The page's few campaigns; a paid lead names one ad, its set and its campaign."""

    def __init__(self, rng: Random) -> None:
        self._ads: list[Json] = []
        for name in ("Autumn leads", "Always on", "Büro-Aktion"):
            campaign = {"campaign_id": _ad_id(rng), "campaign_name": name}
            for audience in ("Lookalike 1%", "Retargeting"):
                ad_set = {"adset_id": _ad_id(rng), "adset_name": f"{name}: {audience}"}
                self._ads += [
                    {"ad_id": _ad_id(rng), "ad_name": f"Video {letter}", **ad_set, **campaign}
                    for letter in "AB"
                ]

    def origin(self, rng: Random) -> Json:
        """Return where a lead came from; organic and preview leads name no ad."""
        platform = "fb" if rng.random() < 0.6 else "ig"
        if rng.random() < 0.2:
            return {"is_organic": True, "platform": platform}
        return {**rng.choice(self._ads), "is_organic": False, "platform": platform}


def _ad_id(rng: Random) -> str:
    return f"1202{rng.randrange(10**13):013d}"
