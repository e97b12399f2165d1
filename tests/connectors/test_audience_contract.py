"""What the connector of every platform's audiences must do, against the platform's simulator."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr, ValidationError

from connectors import registry
from connectors.audiences import MOST_MEMBERS, Members, Receipt, RemovalState, Removes
from policy.errors import SourceUnavailable
from policy.vocabulary import IdentifierKind
from simulator.data_manager import DataManagerServer
from tests.audiences import (
    BY_EMAIL,
    BY_PHONE,
    GOOGLE,
    META,
    configured,
    connector,
    google_settings,
    hashed,
    meta,
    meta_settings,
)

CANARY = "canary-c0ffee"
ONE = Members(IdentifierKind.EMAIL, [[hashed("a@mail.example")]])
UNREACHED = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Platform:
    """A connector, and what its platform has taken out so far."""

    kind: str
    connector: Removes
    left: Iterator[set[str]]


@pytest.fixture(params=registry.AUDIENCE_KINDS)
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    if request.param == META:
        with meta() as graph:
            asked = connector(configured(META, meta_settings(graph.url)))
            world = graph.world
            left = (world.left_audiences(BY_EMAIL) | world.left_audiences(BY_PHONE) for _ in "ab")
            yield Platform(META, asked, left)
        return
    with DataManagerServer(looks=2) as google:
        asked = connector(configured(GOOGLE, google_settings(google)))
        lists = google.answers.removed
        yield Platform(GOOGLE, asked, (set().union(*lists.values()) for _ in "ab"))


def settled(platform: Platform, receipt: Receipt) -> RemovalState:
    """Follow a request to its end."""
    if receipt.is_done:
        return RemovalState.DONE
    assert receipt.request_id is not None
    for _ in range(9):
        found = platform.connector.follow(receipt.request_id)
        if found.state is not RemovalState.PROCESSING:
            return found.state
    return RemovalState.PROCESSING


@pytest.mark.parametrize("kind", IdentifierKind)
def test_people_are_removed_in_every_form_and_again_without_harm(
    platform: Platform, kind: IdentifierKind
) -> None:
    members = Members(kind, [[hashed("a"), hashed("b")], [hashed("c")]])
    assert settled(platform, platform.connector.remove(members)) is RemovalState.DONE
    assert next(platform.left) == {hashed("a"), hashed("b"), hashed("c")}
    assert settled(platform, platform.connector.remove(members)) is RemovalState.DONE
    assert next(platform.left) == {hashed("a"), hashed("b"), hashed("c")}


def test_as_many_as_a_call_may_name_are_taken(platform: Platform) -> None:
    members = Members(IdentifierKind.EMAIL, [[hashed(str(n))] for n in range(MOST_MEMBERS)])
    assert settled(platform, platform.connector.remove(members)) is RemovalState.DONE
    assert len(next(platform.left)) == MOST_MEMBERS


def test_a_probe_says_that_all_is_well_and_removes_nobody(platform: Platform) -> None:
    assert all(each.is_ok for each in platform.connector.probe())
    assert next(platform.left) == set()


@pytest.mark.parametrize("kind", registry.AUDIENCE_KINDS)
def test_the_registry_tells_audiences_from_sources(kind: str) -> None:
    assert registry.audience(kind).name == kind
    assert kind not in registry.kinds()
    with pytest.raises(KeyError):
        registry.source(kind)
    with pytest.raises(KeyError):
        registry.audience("meta_lead_ads")


def example(kind: str, **own: object) -> dict[str, object]:
    """Return settings as the fields' own examples give them, secrets in clear."""
    fields = registry.audience(kind).settings.model_fields
    shown = {name: field.examples[0] for name, field in fields.items() if field.examples}
    plain = {name: CANARY if isinstance(v, dict) else v for name, v in shown.items()}
    return plain | own


@pytest.mark.parametrize("kind", registry.AUDIENCE_KINDS)
def test_secrets_are_never_shown(kind: str) -> None:
    read = registry.audience(kind).settings.model_validate(example(kind))
    assert any(isinstance(value, SecretStr) for value in dict(read).values())
    assert CANARY not in repr(read)
    with pytest.raises(ValidationError) as refused:
        registry.audience(kind).settings.model_validate(example(kind, nonsense=CANARY))
    assert CANARY not in str(refused.value)


def test_a_platform_that_nobody_answers_for_is_unavailable_and_is_tried_again() -> None:
    sleeps: list[float] = []
    audience = configured(META, meta_settings(UNREACHED))
    with pytest.raises(SourceUnavailable, match="Removals wait meanwhile"):
        connector(audience, sleeps).remove(ONE)
    assert len(sleeps) == 3
    [told] = connector(audience).probe()
    assert not told.is_ok


def test_a_batch_says_how_many_it_names_and_nobody(platform: Platform) -> None:
    assert repr(ONE) == "Members(1 of email)"
    assert platform.kind in registry.AUDIENCE_KINDS
