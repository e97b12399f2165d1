"""What every source must do. The registry finds the sources, their payloads stand under their name.

A new source is one file and `payloads/<name>/`; this suite picks it up without being told.
"""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from connectors import registry
from connectors.base import (
    Connector,
    ConnectorIO,
    Delivery,
    Polls,
    Problem,
    Publishes,
    Reading,
    ReadsFiles,
    SourceSettings,
    Submission,
)
from connectors.pushed import Push, Receives, Refusal
from policy.errors import UsageError

PAYLOADS = Path(__file__).parent / "payloads"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CANARY = "canary-c0ffee"


def example(kind: str) -> dict[str, object]:
    """Return settings of a source as its own examples give them, secrets in clear."""
    given: dict[str, object] = {}
    for name, field in registry.source(kind).settings.model_fields.items():
        if field.examples:
            given[name] = _in_clear(field.examples[0])
    return given


def _in_clear(value: object) -> object:
    if isinstance(value, dict):
        return CANARY
    return [_in_clear(each) for each in value] if isinstance(value, list) else value


def secrets_in(settings: SourceSettings) -> Iterator[SecretStr]:
    """Yield every secret of some settings, also where several work at once."""
    for value in dict(settings).values():
        for each in value if isinstance(value, list | tuple) else (value,):
            if isinstance(each, SecretStr):
                yield each


def built(kind: str) -> Connector:
    source = registry.source(kind)
    io = ConnectorIO(now=lambda: NOW, sleep=lambda _: None, log=structlog.get_logger())
    return source.build(source.settings.model_validate(example(kind)), io)


def recorded(kind: str) -> list[bytes]:
    """Return the recorded payloads of a source, whatever they are."""
    paths = (path for path in sorted((PAYLOADS / kind).rglob("*")) if path.is_file())
    return [path.read_bytes() for path in paths if not path.name.endswith(".expected.json")]


def deliveries(kind: str) -> Iterator[Delivery]:
    for number, payload in enumerate(recorded(kind)):
        for media_type in ("application/json", f"application/vnd.leadledger.{kind}"):
            yield Delivery(str(number), payload, media_type, NOW)


def texts(payload: object) -> Iterator[str]:
    """Yield what people wrote in a payload: every text that is no key of the vendor's."""
    if isinstance(payload, dict):
        for value in payload.values():
            yield from texts(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from texts(value)
    elif isinstance(payload, str):
        yield payload


every_kind = pytest.mark.parametrize("kind", registry.kinds())


def test_there_are_sources() -> None:
    assert registry.kinds()


@every_kind
def test_a_source_is_called_as_its_file(kind: str) -> None:
    source = registry.source(kind)
    assert source.name == kind
    assert issubclass(source.settings, SourceSettings)


@every_kind
def test_every_setting_says_what_it_is(kind: str) -> None:
    for name, field in registry.source(kind).settings.model_fields.items():
        assert field.description, name
        assert field.description.rstrip().endswith("."), name
        assert field.examples or not field.is_required(), f"{name} needs an example"


@every_kind
def test_an_unknown_setting_is_refused(kind: str) -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        registry.source(kind).settings.model_validate(example(kind) | {"colour": "green"})


@every_kind
def test_no_secret_shows_in_the_settings(kind: str) -> None:
    found = registry.source(kind).settings.model_validate(example(kind))
    assert CANARY not in repr(found)
    assert CANARY not in str(found.model_dump())
    assert all(secret.get_secret_value() == CANARY for secret in secrets_in(found))


@every_kind
def test_there_are_recorded_payloads(kind: str) -> None:
    assert recorded(kind), f"record some under tests/connectors/payloads/{kind}/"


@every_kind
def test_reading_is_repeatable_and_gives_submissions_or_problems(kind: str) -> None:
    connector = built(kind)
    for delivery in deliveries(kind):
        outcomes = connector.read(delivery)
        assert outcomes
        assert list(outcomes) == list(connector.read(delivery))
        assert all(isinstance(outcome, Reading) for outcome in outcomes)


@every_kind
def test_a_submission_has_an_id_and_a_zoned_time_or_none(kind: str) -> None:
    connector = built(kind)
    read = [found for each in deliveries(kind) for found in connector.read(each)]
    submissions = [found for found in read if isinstance(found, Submission)]
    assert submissions, "none of the recorded payloads can be read"
    for found in submissions:
        assert found.external_id
        assert found.submitted_at is None or found.submitted_at.utcoffset() is not None


@every_kind
def test_a_problem_repeats_nothing_that_a_person_wrote(kind: str) -> None:
    connector = built(kind)
    for delivery in deliveries(kind):
        for problem in connector.read(delivery):
            if not isinstance(problem, Problem):
                continue
            try:
                said = set(texts(json.loads(delivery.payload)))
            except ValueError:
                said = set()
            assert not [text for text in said if len(text) > 5 and text in problem.detail]
            assert problem.detail.rstrip().endswith(".")


@every_kind
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_damaged_payloads_become_problems_and_never_errors(kind: str, data: st.DataObject) -> None:
    connector = built(kind)
    payload = data.draw(st.sampled_from(recorded(kind)))
    start = data.draw(st.integers(0, len(payload)))
    end = data.draw(st.integers(start, len(payload)))
    junk = data.draw(st.binary(max_size=8))
    damaged = payload[:start] + junk + payload[end:]
    outcomes = connector.read(Delivery(None, damaged, "application/json", NOW))
    assert all(isinstance(outcome, Reading) for outcome in outcomes)


@every_kind
def test_a_foreign_file_is_refused_with_its_cure(kind: str, tmp_path: Path) -> None:
    connector = built(kind)
    if not isinstance(connector, ReadsFiles):
        is_reached = isinstance(connector, Polls | Publishes | Receives)
        assert is_reached, "a source polls, receives, reads files, or shows a form of its own"
        return
    foreign = tmp_path / "foreign.csv"
    for content in (b"", b"\x00\xff" * 500, b"colour,size\ngreen,4\n"):
        foreign.write_bytes(content)
        with pytest.raises(UsageError, match=r"\."):
            list(connector.open_file(foreign))


@every_kind
def test_what_nobody_proved_to_have_sent_is_not_taken_in(kind: str) -> None:
    connector = built(kind)
    if not isinstance(connector, Receives):
        return
    types = ("", "application/json", "application/x-www-form-urlencoded", "multipart/form-data")
    for payload, content_type in itertools.product((*recorded(kind), b"", b"\xff"), types):
        headers = {"content-type": content_type, "x-hub-signature-256": "sha256=00"}
        found = connector.receive(Push(payload, headers, NOW, "https://leads.example/in/x"))
        assert isinstance(found, Refusal), "a push without a proof was taken in"
        assert 400 <= found.status < 600
        assert found.message.endswith(".")
        assert CANARY not in found.message


@every_kind
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.binary(max_size=50), value=st.text(max_size=30), url=st.text(max_size=30))
def test_no_push_makes_receiving_fail(kind: str, body: bytes, value: str, url: str) -> None:
    connector = built(kind)
    if not isinstance(connector, Receives):
        return
    names = ("content-type", "x-hub-signature-256", "typeform-signature", "webhook-signature")
    push = Push(body, dict.fromkeys(names, value), NOW, url)
    assert isinstance(connector.receive(push), Refusal)
