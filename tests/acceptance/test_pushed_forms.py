"""What form tools push in bad weather is stored once each, and what nobody proves is refused."""

from random import Random
from typing import Any

from connectors import registry
from models.inbox import InboxRecord
from models.lead import Lead
from models.store import Store
from pipeline import wiring
from pipeline.settings import ConfiguredSource
from pipeline.work_inbox import Built, work_inbox
from simulator.push_bodies import FORM_ID, posted_pushes, signed_pushes
from simulator.push_plan import Weather, plan
from simulator.push_platforms import STANDARD_SECRET, FormTool, StandardWebhooks
from simulator.push_sender import Habits, Sent, send
from simulator.pushes import Manner
from tests.build import MARKETING_BY_EMAIL, SUPPRESSION_KEY, controller, kept
from tests.web.serving import listening

PUSHES = 60
SECRET = "a-word-of-the-tests-for-forms"
STORM = Weather(
    drop=0.2, double=0.3, truncate=0.1, forge=0.2, outdate=0.2, huge=0.05, is_shuffled=True
)
HABITS = Habits(connections=6, tries=4, pause=0.05)


def form_source(tool: str, secret: str) -> ConfiguredSource:
    """Return a source that a form tool tells."""
    own: dict[str, Any] = {
        "tool": tool,
        "form": FORM_ID,
        "language": "en-GB",
        "privacy_url": "https://nectra.example/privacy",
        "secrets": [secret],
    }
    settings = registry.source("form_webhook").settings.model_validate(own)
    return ConfiguredSource(
        FORM_ID,
        "form_webhook",
        controller(),
        "GB",
        (MARKETING_BY_EMAIL,),
        settings,
        SUPPRESSION_KEY,
    )


def worked_off(store: Store, source: ConfiguredSource) -> list[str]:
    """Work on everything that was taken; return the ids of the leads."""
    while not work_inbox(store, [Built(source, wiring.build(source))], wiring.now).is_idle:
        pass
    assert kept(store, InboxRecord) == []
    return [lead.external_id for lead in kept(store, Lead)]


def answers_to(sent: list[Sent], manner: Manner) -> set[tuple[int | None, ...]]:
    return {each.answers for each in sent if each.planned.manner is manner}


def test_signed_pushes_are_stored_once_and_forged_and_old_ones_refused(store: Store) -> None:
    platform, rng = StandardWebhooks(STANDARD_SECRET), Random(7)
    made = plan(signed_pushes(rng, PUSHES, wiring.now()), STORM, rng, platform.manners)
    source = form_source("standard", STANDARD_SECRET)
    with listening(store, source) as url:
        sent = send(made.requests, platform, f"{url}/in/{FORM_ID}", wiring.now, habits=HABITS)
    assert all(each.is_taken for each in sent if each.planned.manner.is_the_platforms)
    assert answers_to(sent, Manner.FORGED) == {(401,)}
    assert answers_to(sent, Manner.OUTDATED) == {(401,)}
    assert answers_to(sent, Manner.HUGE) <= {(413,), (None,)}
    assert sorted(worked_off(store, source)) == sorted(made.told)


def test_a_posted_form_is_stored_once_however_often_it_comes(store: Store) -> None:
    platform, rng = FormTool(), Random(7)
    weather = Weather(double=0.5, is_shuffled=True)
    made = plan(posted_pushes(rng, PUSHES), weather, rng, platform.manners)
    source = form_source("elementor", SECRET)
    with listening(store, source) as url:
        refused = send(made.requests[:1], platform, f"{url}/in/{FORM_ID}", wiring.now)
        address = f"{url}/in/{FORM_ID}?key={SECRET}"
        sent = send(made.requests, platform, address, wiring.now, habits=HABITS)
    assert not refused[0].is_taken
    assert len(sent) > PUSHES
    assert all(each.is_taken for each in sent)
    ids = worked_off(store, source)
    assert len(ids) == len(set(ids)) == PUSHES
