"""Whether a push of a form tool is genuine: each tool's own proof, and everything but it."""

import base64
import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Delivery
from connectors.pushed import Push, Refusal
from tests.connectors import form_webhook_corpus as corpus
from tests.connectors.form_webhook_corpus import RECEIVED_AT, URL, built, proof, pushed

every_tool = pytest.mark.parametrize("tool", corpus.TOOLS)
every_signed = pytest.mark.parametrize("tool", corpus.SIGNED)
every_keyed = pytest.mark.parametrize("tool", corpus.KEYED)
BODIES = {
    path.parent.name: path.read_bytes()
    for path in corpus.payloads()
    if path.stem == "whole"
}  # fmt: skip


def secrets_of(tool: str) -> tuple[str, str]:
    """Return an older and a newer secret of a tool."""
    if tool == "standard":
        return corpus.OLDER_WHSEC, corpus.WHSEC
    return corpus.OLDER_SECRET, corpus.SECRET


def refused(tool: str, push: Push, **own: object) -> Refusal:
    found = built(tool, **own).receive(push)
    assert isinstance(found, Refusal), found
    return found


@every_tool
def test_the_right_proof_is_taken(tool: str) -> None:
    found = built(tool).receive(pushed(tool, BODIES[tool]))
    assert isinstance(found, Delivery)
    assert found.received_at == RECEIVED_AT
    assert found.media_type.startswith(f"application/vnd.leadledger.form-webhook.{tool}+")
    assert found.notice is not None
    assert found.notice.form_id == corpus.FORMS[tool]


@every_tool
def test_another_secret_is_refused(tool: str) -> None:
    older, _ = secrets_of(tool)
    headers = proof(tool, BODIES[tool], older)
    assert refused(tool, pushed(tool, BODIES[tool], headers=headers)).status in {401, 403}


@every_tool
def test_no_proof_is_refused(tool: str) -> None:
    assert refused(tool, pushed(tool, BODIES[tool], headers={})).status in {401, 403}


@every_tool
def test_two_secrets_work_while_one_is_changed_for_the_other(tool: str) -> None:
    connector = built(tool, secrets=secrets_of(tool))
    for secret in secrets_of(tool):
        headers = proof(tool, BODIES[tool], secret)
        assert isinstance(connector.receive(pushed(tool, BODIES[tool], headers=headers)), Delivery)


@every_tool
def test_while_no_secret_is_set_the_tool_is_to_try_again(tool: str) -> None:
    found = refused(tool, pushed(tool, BODIES[tool]), secrets=[])
    assert found.status == 503
    assert refused(tool, pushed(tool, b"x" * 300_000, headers={}), secrets=[]).status == 503


@every_signed
def test_a_body_changed_by_one_byte_is_refused(tool: str) -> None:
    body, headers = BODIES[tool], proof(tool, BODIES[tool])
    for at in range(0, len(body), max(1, len(body) // 40)):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        assert refused(tool, pushed(tool, changed, headers=headers)).status == 401
    assert refused(tool, pushed(tool, body + b"\n", headers=headers)).status == 401


@pytest.mark.parametrize("tool", corpus.TIMED)
@pytest.mark.parametrize("away", [timedelta(seconds=301), timedelta(days=2)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_right_signature_of_another_time_is_refused(
    tool: str, away: timedelta, sign: int
) -> None:
    headers = proof(tool, BODIES[tool], at=RECEIVED_AT + sign * away)
    found = refused(tool, pushed(tool, BODIES[tool], headers=headers))
    assert found.status == 401
    assert "five minutes" in found.message


@pytest.mark.parametrize("tool", corpus.TIMED)
@pytest.mark.parametrize("seconds", [300, -300, 0])
def test_clocks_may_differ_by_five_minutes(tool: str, seconds: int) -> None:
    headers = proof(tool, BODIES[tool], at=RECEIVED_AT + timedelta(seconds=seconds))
    assert isinstance(built(tool).receive(pushed(tool, BODIES[tool], headers=headers)), Delivery)


@pytest.mark.parametrize("tool", corpus.TIMED)
def test_a_time_that_was_changed_is_refused(tool: str) -> None:
    old = proof(tool, BODIES[tool], at=RECEIVED_AT - timedelta(hours=1))
    new = proof(tool, BODIES[tool])
    mixed = {name: new[name] if "timestamp" in name else old[name] for name in new}
    assert refused(tool, pushed(tool, BODIES[tool], headers=mixed)).status == 401


@pytest.mark.parametrize(
    "time", ["", "yesterday", "-1", "1e9", "١٢٣", "9" * 40, " ", "1778580000.5"]
)
def test_an_odd_time_is_refused(time: str) -> None:
    headers = proof("standard", BODIES["standard"]) | {"webhook-timestamp": time}
    assert (
        refused("standard", pushed("standard", BODIES["standard"], headers=headers)).status == 401
    )


def test_the_published_example_of_standard_webhooks_is_genuine() -> None:
    # libraries/javascript/src/webhook.test.ts of standard-webhooks/standard-webhooks
    body = b'{"test": 2432232314}'
    headers = {
        "content-type": "application/json",
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    connector = built("standard", secrets=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    at = datetime.fromtimestamp(1614265330, UTC)
    # genuine, and no form that was sent
    assert connector.receive(Push(body, headers, at, URL)) == Refusal(
        422, 'This is no form that was sent. Choose an object with "data" to send.'
    )
    late = connector.receive(Push(body, headers, at + timedelta(minutes=6), URL))
    assert isinstance(late, Refusal)
    assert late.status == 401


@pytest.mark.parametrize(
    ("time", "signature"),
    [
        ("1693657560000", "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y="),
        ("1700000300000", "RnbPH7+UMKVkbV32P8bz450N4M56aPmcru1+D3kSDtw="),
    ],
)
def test_the_published_examples_of_hubspot_are_genuine(time: str, signature: str) -> None:
    # the tests of HubSpot's own packages for Python and Ruby
    headers = {
        "content-type": "application/json",
        "x-hubspot-request-timestamp": time,
        "x-hubspot-signature-v3": signature,
    }
    connector = built("hubspot", secrets=["yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"])
    at = datetime.fromtimestamp(int(time) / 1_000, UTC)
    body, url = b"{'example_field':'example_value'}", "https://www.example.com/webhook_uri"
    found = connector.receive(Push(body, headers, at, url))
    assert isinstance(found, Delivery)  # genuine, and kept although it is no JSON
    elsewhere = connector.receive(Push(body, headers, at, f"{url}/"))
    assert isinstance(elsewhere, Refusal)


def test_standard_webhooks_may_list_several_signatures() -> None:
    body = BODIES["standard"]
    right = proof("standard", body)["webhook-signature"]
    lists = [f"v1,AAAA {right}", f"v1a,{right[3:]} {right} v1,", f"{right}  v2,x"]
    for listed in lists:
        headers = proof("standard", body) | {"webhook-signature": listed}
        found = built("standard").receive(pushed("standard", body, headers=headers))
        assert isinstance(found, Delivery)
    for listed in (f"v1a,{right[3:]}", right[3:], right.replace("v1,", "v1;"), f"V{right[1:]}"):
        headers = proof("standard", body) | {"webhook-signature": listed}
        assert refused("standard", pushed("standard", body, headers=headers)).status == 401


def test_standard_webhooks_are_known_by_their_id() -> None:
    found = built("standard").receive(pushed("standard", BODIES["standard"]))
    assert isinstance(found, Delivery)
    assert found.external_id == corpus.MESSAGE_ID
    other = proof("standard", BODIES["standard"]) | {"webhook-id": "another"}
    assert refused("standard", pushed("standard", BODIES["standard"], headers=other)).status == 401


@pytest.mark.parametrize(
    ("head", "claims"),
    [
        ({"alg": "none"}, {}),
        ({"alg": "HS512"}, {}),
        ({"alg": ["HS256"]}, {}),
        ({}, {"iss": "somebody"}),
        ({}, {"iss": None}),
        ({}, {"sha256": "0" * 64}),
        ({}, {"sha256": None}),
        ({}, {"sha256": ["x"]}),
    ],
)
def test_a_signature_of_netlify_that_claims_something_else_is_refused(
    head: dict[str, object], claims: dict[str, object]
) -> None:
    body = BODIES["netlify"]
    made = corpus.jws(corpus.SECRET, body, head, claims)
    headers = {"x-webhook-signature": made}
    assert refused("netlify", pushed("netlify", body, headers=headers)).status == 401


def test_an_unsigned_token_of_netlify_is_refused() -> None:
    body = BODIES["netlify"]
    signed = corpus.jws(corpus.SECRET, body, {"alg": "none"}).rpartition(".")[0]
    for made in (f"{signed}.", signed, f"{signed}.AAAA", "..", ".", f"{signed}.é"):
        headers = {"x-webhook-signature": made}
        assert refused("netlify", pushed("netlify", body, headers=headers)).status == 401


def test_hubspot_signs_the_public_address() -> None:
    body = BODIES["hubspot"]
    url = f"{URL}?from=a%3Ab%20c"
    for signed in (url, f"{URL}?from=a:b%20c"):
        headers = proof("hubspot", body, url=signed)
        found = built("hubspot").receive(pushed("hubspot", body, headers=headers, url=url))
        assert isinstance(found, Delivery)
    behind_a_proxy = proof("hubspot", body, url="http://127.0.0.1:8600/in/contact")
    assert refused("hubspot", pushed("hubspot", body, headers=behind_a_proxy)).status == 401


@every_keyed
def test_the_secret_may_stand_in_the_address(tool: str) -> None:
    url = f"{URL}?from=site&key={corpus.SECRET}"
    found = built(tool).receive(pushed(tool, BODIES[tool], headers={}, url=url))
    assert isinstance(found, Delivery)
    for other in (f"{URL}?key=", f"{URL}?KEY={corpus.SECRET}", f"{URL}#key={corpus.SECRET}",
                  f"{URL}?key={corpus.SECRET}x", f"https://[?key={corpus.SECRET}", ""):  # fmt: skip
        push = pushed(tool, BODIES[tool], headers={}, url=other)
        assert refused(tool, push).status == 403


@every_keyed
def test_the_header_of_the_secret_may_have_another_name(tool: str) -> None:
    connector = built(tool, header="X-Our-Key")
    push = pushed(tool, BODIES[tool], headers={"x-our-key": corpus.SECRET})
    assert isinstance(connector.receive(push), Delivery)
    assert refused(tool, pushed(tool, BODIES[tool]), header="X-Our-Key").status == 403


@every_signed
def test_a_tool_that_signs_is_not_believed_for_a_secret_in_the_address(tool: str) -> None:
    older, newer = secrets_of(tool)
    for secret in (older, newer):
        headers = {"x-leadledger-secret": secret}
        push = pushed(tool, BODIES[tool], headers=headers, url=f"{URL}?key={secret}")
        assert refused(tool, push).status == 401


@every_keyed
def test_no_secret_is_in_what_is_kept(tool: str) -> None:
    body = BODIES[tool] + corpus.SECRET.encode() + corpus.OLDER_SECRET.encode()
    connector = built(tool, secrets=secrets_of(tool))
    found = connector.receive(pushed(tool, body))
    assert isinstance(found, Delivery)
    for secret in secrets_of(tool):
        assert secret.encode() not in found.payload
    assert b"[removed]" in found.payload


def test_the_address_with_the_secret_that_jotform_repeats_is_not_kept() -> None:
    assert corpus.SECRET.encode() in BODIES["jotform"]
    found = built("jotform").receive(pushed("jotform", BODIES["jotform"]))
    assert isinstance(found, Delivery)
    assert b"/in/contact?key=[removed]" in found.payload


@every_tool
def test_what_is_too_large_is_refused(tool: str) -> None:
    body = b" " * (262_144 - len(BODIES[tool])) + BODIES[tool]
    too_large = body + b" "
    assert isinstance(built(tool).receive(pushed(tool, body)), Delivery | Refusal)
    assert refused(tool, pushed(tool, too_large)).status == 413


@every_tool
@pytest.mark.parametrize("kind", ["", "text/plain", "application/xml", "application/jsonp", ";"])
def test_another_content_type_is_refused(tool: str, kind: str) -> None:
    push = pushed(tool, BODIES[tool])
    other = push._replace(headers={**push.headers, "content-type": kind})
    assert refused(tool, other).status == 415
    nobodys = other._replace(headers={"content-type": kind})
    assert refused(tool, nobodys).status in {401, 403}


@every_tool
def test_an_empty_body_is_refused(tool: str) -> None:
    for body in (b"", b" \r\n"):
        assert refused(tool, pushed(tool, body)).status == 400


@every_tool
def test_what_is_genuine_and_cannot_be_read_is_kept(tool: str) -> None:
    body = b"\xff\x00 no submission at all"
    found = built(tool).receive(pushed(tool, body))
    assert isinstance(found, Delivery)
    assert found.payload == body


HEADERS = st.text(max_size=60) | st.binary(max_size=40).map(
    lambda raw: base64.b64encode(raw).decode()
)
NAMES = sorted({name for tool in corpus.TOOLS for name in proof(tool, b"x")})


@settings(max_examples=300, deadline=None)
@given(
    tool=st.sampled_from(corpus.TOOLS),
    headers=st.dictionaries(st.sampled_from(NAMES), HEADERS, max_size=4),
    spoilt=st.booleans(),
    query=st.text(max_size=30),
)
def test_whatever_stands_in_headers_is_refused_and_never_an_error(
    tool: str,
    headers: dict[str, str],
    spoilt: bool,  # noqa: FBT001 - drawn
    query: str,
) -> None:
    given_headers = headers
    if spoilt:
        right = proof(tool, BODIES[tool])
        name = max(right)
        given_headers = right | {name: right[name][:-2] + headers.get(name, "")[:4]}
        if given_headers[name] == right[name]:
            return
    push = pushed(tool, BODIES[tool], headers=given_headers, url=f"{URL}?{query}")
    found = built(tool).receive(push)
    assert isinstance(found, Refusal)
    assert found.status in {401, 403}


@every_tool
def test_no_refusal_repeats_a_secret_or_what_was_sent(
    tool: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong_ones: tuple[dict[str, str], ...] = ({}, proof(tool, BODIES[tool], secrets_of(tool)[0]))
    said = [
        refused(tool, pushed(tool, BODIES[tool], headers=headers)).message for headers in wrong_ones
    ]
    wrong = pushed(tool, BODIES[tool])
    kind = {**wrong.headers, "content-type": "canary/type"}
    said.append(refused(tool, wrong._replace(headers=kind)).message)
    everything = "\n".join([*said, caplog.text, repr(built(tool).__dict__)])
    assert "canary" not in everything
    assert "priya" not in everything.lower()
    assert all(sentence.endswith(".") for sentence in said)


def test_a_header_with_another_secret_beside_the_right_address_opens() -> None:
    push = pushed(
        "elementor",
        BODIES["elementor"],
        headers={"x-leadledger-secret": "another"},
        url=f"{URL}?key=wrong&key={corpus.SECRET}",
    )
    assert isinstance(built("elementor").receive(push), Delivery)


def test_a_json_body_in_which_a_secret_stands_stays_json() -> None:
    entry = {"id": "9", "form_id": "4", "2": "a@mail.example", "7": f"key={corpus.SECRET}"}
    found = built("gravity_forms").receive(
        pushed("gravity_forms", json.dumps(entry).encode(), ".json")
    )
    assert isinstance(found, Delivery)
    assert json.loads(found.payload)["7"] == "key=[removed]"


def test_no_letter_of_a_damaged_form_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    body = BODIES["jotform"]
    for damaged in (
        body.replace(b"name=", b"n\xffme="),
        body.replace(b"\r\n\r\n", b"\rX\n"),
        body.replace(b'"', b"\r"),
        body + b"canary behind the end",
        b"--a\nb",
    ):
        headers = proof("jotform", damaged) | {"content-type": "multipart/form-data"}
        found = built("jotform").receive(Push(damaged, headers, RECEIVED_AT, URL))
        if isinstance(found, Delivery):
            built("jotform").read(found)
    assert caplog.text == ""
