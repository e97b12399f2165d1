"""Answers to a mail of ours that were written before anybody looked at how they are read.

The first set was written before anything was changed. Each later one was measured once, as it was
read then, before the lists were widened by what it showed: `MEASURED` keeps those figures, which
say what to expect of words that nobody thought of. What a set scores now says only that nothing is
lost.
"""

from collections.abc import Iterator
from typing import NamedTuple

from connectors.heard import StopAsked
from tests.connectors import email_corpus as corpus

ROOT = corpus.ROOT.parent / "email_inbox_unseen"
LINK = f"https://leads.my-agency.example/u/{'a' * 60}"
MEASURED = {
    "first": (0.27, 0.00),
    "second": (0.72, 0.25),
    "third": (0.84, 0.25),
    "fourth": (0.92, 0.08),
    "fifth": (0.72, 0.14),
    "sixth": (0.78, 0.25),
}
"""The share of the stops that was heard, and of the others that was stopped, when each was new.

The fourth is of ordinary wording; the second, third, fifth and sixth are of rare one.
"""

SETS = tuple(MEASURED)
_US = "My Agency <hello@my-agency.example>"
_HEADS = {
    "cs": f"út 24. 11. 2026 v 10:00 odesílatel {_US} napsal:",
    "da": f"Den tirs. 24. nov. 2026 kl. 10.00 skrev {_US}:",
    "de": f"Am Di., 24. Nov. 2026 um 10:00 Uhr schrieb {_US}:",
    "el": f"Στις Τρί 24 Νοε 2026 στις 10:00 π.μ., ο χρήστης {_US} έγραψε:",
    "en": f"On Tue, 24 Nov 2026 at 10:00, {_US} wrote:",
    "es": f"El mar, 24 nov 2026 a las 10:00, {_US} escribió:",
    "fi": f"ti 24. marrask. 2026 klo 10.00 {_US} kirjoitti:",
    "fr": f"Le mar. 24 nov. 2026 à 10:00, {_US} a écrit :",
    "hu": f"{_US} ezt írta (időpont: 2026. nov. 24., K, 10:00):",
    "it": f"Il giorno mar 24 nov 2026 alle ore 10:00 {_US} ha scritto:",
    "nb": f"tir. 24. nov. 2026 kl. 10:00 skrev {_US}:",
    "nl": f"Op di 24 nov 2026 om 10:00 schreef {_US}:",
    "pl": f"wt., 24 lis 2026 o 10:00 {_US} napisał(a):",
    "pt": f"{_US} escreveu (terça, 24/11/2026 à(s) 10:00):",
    "ro": f"Pe mar., 24 nov. 2026 la 10:00, {_US} a scris:",
    "ru": f"вт, 24 нояб. 2026 г. в 10:00, {_US}:",
    "sv": f"Den tis 24 nov. 2026 kl 10:00 skrev {_US}:",
    "tr": f"{_US}, 24 Kas 2026 Sal, 10:00 tarihinde şunu yazdı:",
    "uk": f"вт, 24 лист. 2026 р. о 10:00 {_US} пише:",
}
"""How Gmail begins a quote in each language."""

LANGUAGES = tuple(_HEADS)


class Unseen(NamedTuple):
    """One answer: in which language, what it says, and whether it means stop."""

    language: str
    text: str
    means_stop: bool


class Score(NamedTuple):
    """How many stops of a set were heard, and how many other answers were taken for one."""

    stops: int
    heard: int
    heard_as_sure: int
    others: int
    stopped: int
    stopped_as_sure: int

    @property
    def recall(self) -> float:
        """Return the share of the stops that stop use."""
        return self.heard / self.stops

    @property
    def false_stops(self) -> float:
        """Return the share of the other answers that stop use."""
        return self.stopped / self.others


def answers(name: str) -> Iterator[Unseen]:
    """Yield the answers of a set; a line holds what is meant, a tab, and the text."""
    for path in sorted((ROOT / name).glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            meant, _, text = line.partition("\t")
            yield Unseen(path.stem, text.replace("\\n", "\n"), meant == "stop")


def as_answer(unseen: Unseen, *, has_link: bool = True) -> bytes:
    """Return the mail, which quotes the one that it answers, with its link to leave or without."""
    link = f"\n> Unsubscribe: {LINK}" if has_link else ""
    quoted = f"> How much could you save with a new website?{link}\n> My Agency"
    body = f"{unseen.text}\n\n{_HEADS[unseen.language]}\n{quoted}\n"
    more = "In-Reply-To: <offers@my-agency.example>\r\n"
    return corpus.written(body.replace("\n", "\r\n"), "Re: New websites", more=more)


def stop_of(unseen: Unseen, *, has_link: bool = True) -> StopAsked | None:
    """Return the stop that is heard in an answer, if one is."""
    readings = corpus.read(as_answer(unseen, has_link=has_link))
    return next((each for each in readings if isinstance(each, StopAsked)), None)


def score(name: str, *, has_link: bool = True) -> Score:
    """Read a whole set."""
    found = [(each.means_stop, stop_of(each, has_link=has_link)) for each in answers(name)]
    stops = [stop for means_stop, stop in found if means_stop]
    others = [stop for means_stop, stop in found if not means_stop]
    return Score(
        len(stops),
        sum(stop is not None for stop in stops),
        sum(stop is not None and stop.is_sure for stop in stops),
        len(others),
        sum(stop is not None for stop in others),
        sum(stop is not None and stop.is_sure for stop in others),
    )
