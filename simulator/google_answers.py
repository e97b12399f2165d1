"""What people write into lead forms."""

from random import Random

from simulator.google_forms import OPT_IN_NO, OPT_IN_QUESTION, OPT_IN_YES, LeadForm, Question
from simulator.people import Person

Answers = tuple[tuple[str, str], ...]
"""Question and answer, in the order of the form; a question that was left out is not there."""

_WORDS = (
    "A kitchen, if it can be done before Easter",
    "Two machines; the older one is from 1998",
    "not sure yet",
    "Ein Anbau, ungefähr 40 m²",
)
_OPT_IN_WEIGHTS = (55, 40)


def standard_answers(form: LeadForm, person: Person, rng: Random) -> Answers:
    """Return the answers to the standard questions, by the name of their type."""
    given = ((one.name, _standard(one, person, rng)) for one in form.fields)
    return tuple((name, value) for name, value in given if value is not None)


def custom_answers(form: LeadForm, rng: Random) -> Answers:
    """Return the answers to the form's own questions, by their text."""
    answers = []
    for question in form.custom_questions:
        if question.name == OPT_IN_QUESTION:
            chosen: str = rng.choices((OPT_IN_YES, OPT_IN_NO), _OPT_IN_WEIGHTS)[0]
        else:
            chosen = rng.choice(question.answers or _WORDS)
        answers.append((question.name, chosen))
    return tuple(answers)


def _standard(question: Question, person: Person, rng: Random) -> str | None:
    if question.answers:
        return rng.choice(question.answers)
    said: dict[str, str | None] = {
        "FULL_NAME": person.full_name,
        "FIRST_NAME": person.first_name,
        "LAST_NAME": person.last_name,
        "EMAIL": person.email,
        "WORK_EMAIL": person.email,
        "PHONE_NUMBER": person.phone,
        "COMPANY_NAME": person.company,
        "CITY": person.city,
    }
    if question.name == "POSTAL_CODE":  # no post town begins with ZZ
        return f"ZZ{rng.randrange(1, 100)} {rng.randrange(10)}AA"
    return said[question.name]
