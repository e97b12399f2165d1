"""Read the form of a rights request: what was asked, or what is missing, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.receive_request import Asked
from pipeline.settings import ControllerSettings
from policy.identity import normalise_email, normalise_phone
from policy.vocabulary import Role
from web.request_words import TITLES

FIELDS = ("controller", "right", "name", "email", "phone", "text")
DECOY = "website"
"""People do not see it, so who fills it in is likely none."""
MOST = {"name": 200, "email": 320, "phone": 40, "text": 10_000}


@dataclass(slots=True)
class Filled:
    """A form as it was sent: what was typed, and what is wrong with it, by field."""

    typed: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    controller: ControllerSettings | None = None
    asked: Asked | None = None

    def __repr__(self) -> str:
        """Say which fields are wrong; the rest is somebody's."""
        return f"Filled({list(self.errors)})"


def read(
    fields: Mapping[str, str], controllers: Sequence[ControllerSettings], region: str
) -> Filled:
    """Return what a form asks; numbers without a country code are of `region`."""
    typed = {name: fields.get(name, "").strip() for name in FIELDS}
    filled = Filled(typed)
    filled.controller = next((c for c in controllers if c.id == typed["controller"]), None)
    if filled.controller is None:
        filled.errors["controller"] = "Choose the organisation that you write to."
    right = next((right for right in TITLES if right == typed["right"]), None)
    if right is None:
        filled.errors["right"] = "Choose what you want."
    for name, most in MOST.items():
        if len(typed[name]) > most:
            filled.errors[name] = f"This is longer than {most:,} characters. Shorten it."
    email, phone = _contact(filled, region)
    if right is not None and not filled.errors:
        doubtful = bool(fields.get(DECOY, "").strip())
        filled.asked = Asked(right, _line(typed["name"]), email, phone, typed["text"], doubtful)
    return filled


def _contact(filled: Filled, region: str) -> tuple[str | None, str | None]:
    typed, errors = filled.typed, filled.errors
    if not typed["email"] and not typed["phone"]:
        errors["email"] = "Give the e-mail address or the telephone number that we know you by."
        return None, None
    email = phone = None
    if typed["email"] and "email" not in errors:
        email = normalise_email(typed["email"])
        if email is None:
            errors["email"] = "This is no e-mail address. Write it as name@example.org."
    if typed["phone"] and "phone" not in errors:
        phone = normalise_phone(typed["phone"], region)
        if phone is None:
            errors["phone"] = "This is no telephone number. Begin with the country, as in +44 …"
    return email, phone


def _line(text: str) -> str:
    """Return a text on one line, without what steers screens."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def empty(chosen: Mapping[str, str]) -> Filled:
    """Return a form that nobody has filled in yet, with what a link has chosen."""
    return Filled({name: chosen.get(name, "") for name in FIELDS})


def shown_controllers(
    controllers: Sequence[ControllerSettings], named: str
) -> Sequence[ControllerSettings]:
    """Return whom the page offers: the one that the link names, else our own.

    Who our clients are is nobody's business: their people come by a link that names the client.
    """
    chosen = [each for each in controllers if each.id == named]
    own = [each for each in controllers if each.role is Role.CONTROLLER]
    return chosen or own or controllers
