"""Reading what form tools send: the recorded bodies, and whatever else a body may be."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Delivery, Problem, Submission
from connectors.pushed import Push, Refusal
from tests.connectors import form_webhook_corpus as corpus
from tests.connectors.meta_corpus import assert_golden

PAYLOADS = corpus.payloads()


def _read(path: Path) -> Submission | Problem:
    found = corpus.received(path)
    assert isinstance(found, Delivery), found
    [read] = corpus.built_for(path).read(found)
    return read


def recorded(name: str) -> Submission:
    [path] = [path for path in PAYLOADS if corpus.name_of(path) == name]
    read = _read(path)
    assert isinstance(read, Submission), read
    return read


@pytest.mark.parametrize("path", PAYLOADS, ids=corpus.name_of)
def test_a_recorded_body_is_taken_in_and_read_as_expected(path: Path) -> None:
    found = corpus.received(path)
    if isinstance(found, Refusal):
        assert path.parent.name == "refused"
        assert_golden(path, {"refused": found.status, "message": found.message})
        return
    assert path.parent.name != "refused"
    connector = corpus.built_for(path)
    [read] = connector.read(found)
    assert [read] == list(connector.read(found))
    kept = {"external_id": found.external_id, "media_type": found.media_type}
    assert_golden(path, {"kept": kept, "read": corpus.as_json(read)})
    if isinstance(read, Submission):
        assert read.external_id == found.external_id


@pytest.mark.parametrize("tool", corpus.TOOLS)
def test_every_tool_has_its_bodies(tool: str) -> None:
    names = {path.stem for path in corpus.payloads(tool)}
    assert {"whole", "wrong_types"} <= names
    assert len(names) >= 5


def test_a_tick_counts_only_beside_the_words_that_the_settings_name() -> None:
    assert recorded("typeform/whole").notice == recorded("typeform/box_refused").notice
    for name, remark in (
        ("typeform/other_wording", "wording_differs"),
        ("typeform/without_definition", "wording_differs"),
        ("typeform/box_not_on_form", "box_not_on_form"),
        ("tally/other_wording", "wording_differs"),
        ("tally/partial", "box_not_on_form"),
    ):
        found = recorded(name)
        assert remark in found.remarks
        assert found.notice is not None
        assert [box.text for box in found.notice.boxes] == [None]


def test_what_a_link_put_into_hidden_fields_is_no_tick_and_nobodys_address() -> None:
    found = recorded("typeform/hidden_fields_of_a_link")
    assert found.contact.emails == ()
    assert found.boxes is not None
    assert [box.is_ticked for box in found.boxes] == [False]


def test_the_same_wording_is_the_same_object_for_every_submission() -> None:
    connector = corpus.built("typeform")
    for stem in ("whole", "other_wording"):
        path = corpus.ROOT / "typeform" / f"{stem}.json"
        found = connector.receive(corpus.pushed("typeform", path.read_bytes()))
        assert isinstance(found, Delivery)
        [first], [second] = connector.read(found), connector.read(found)
        assert isinstance(first, Submission)
        assert isinstance(second, Submission)
        assert first.notice is second.notice


def test_the_wording_at_the_time_of_receipt_is_the_one_that_counts() -> None:
    path = corpus.ROOT / "typeform" / "whole.json"
    found = corpus.built("typeform").receive(corpus.pushed("typeform", path.read_bytes()))
    assert isinstance(found, Delivery)
    assert found.notice is not None
    box = corpus.settings("typeform")["tick_boxes"][0] | {"wording": "Yes to something else."}
    [later] = corpus.built("typeform", tick_boxes=[box]).read(found)
    assert isinstance(later, Submission)
    assert later.notice == found.notice


@pytest.mark.parametrize("tool", corpus.TOOLS)
def test_what_comes_from_another_form_proves_nothing(tool: str) -> None:
    [path] = [path for path in corpus.payloads(tool) if path.stem == "whole"]
    connector = corpus.built(tool, form="quite-another-form")
    found = connector.receive(corpus.pushed(tool, path.read_bytes(), path.suffix))
    assert isinstance(found, Delivery)
    [read] = connector.read(found)
    assert isinstance(read, Submission)
    assert read.notice is None
    assert "another_form" in read.remarks
    assert read.form_id == corpus.FORMS[tool]


@pytest.mark.parametrize("tool", corpus.TOOLS)
def test_no_address_browser_file_or_token_becomes_an_answer(tool: str) -> None:
    for path in corpus.payloads(tool):
        if path.parent.name == "refused":
            continue
        read = _read(path)
        if isinstance(read, Submission):
            said = f"{dict(read.answers)} {dict(read.origin)}"
            for unwanted in ("203.0.113.7", "Mozilla", "passport", "cv.pdf", "c0ffee", "hunter2",
                             "EAIaIQob&", "token=secret", "canary", "1234"):  # fmt: skip
                assert unwanted not in said, (path, unwanted)


def test_a_click_is_kept_only_where_advertising_was_allowed() -> None:
    assert recorded("standard/ads_allowed").origin["gclid"] == "EAIaIQobChMI"
    for path in PAYLOADS:
        if path.parent.name != "refused" and path.stem != "ads_allowed":
            read = _read(path)
            if isinstance(read, Submission):
                assert not {"gclid", "fbclid", "msclkid"} & read.origin.keys()


def test_a_source_that_had_another_tool_before_still_reads_what_that_one_sent() -> None:
    path = corpus.ROOT / "jotform" / "whole.txt"
    kept = corpus.built("jotform").receive(corpus.pushed("jotform", path.read_bytes()))
    assert isinstance(kept, Delivery)
    [read] = corpus.built("typeform", form=corpus.FORMS["jotform"]).read(kept)
    assert isinstance(read, Submission)
    assert read.contact.emails == ("priya.sharma@mail.example",)


def test_the_same_bytes_of_a_tool_without_ids_are_the_same_submission() -> None:
    path = corpus.ROOT / "elementor" / "whole.txt"
    push = corpus.pushed("elementor", path.read_bytes())
    connector = corpus.built("elementor")
    first, again = connector.receive(push), connector.receive(push)
    other = connector.receive(push._replace(body=push.body + b"&x=1"))
    assert isinstance(first, Delivery)
    assert isinstance(again, Delivery)
    assert isinstance(other, Delivery)
    assert first.external_id == again.external_id != other.external_id
    # read again with something masked in it, it stays the same
    [masked] = connector.read(first._replace(payload=first.payload.replace(b"there", b"xxxxx")))
    assert isinstance(masked, Submission)
    assert masked.external_id == first.external_id


def test_a_test_has_an_id_that_no_real_submission_can_have() -> None:
    found = recorded("standard/a_test")
    assert found.is_test
    assert found.external_id == f"test:{corpus.MESSAGE_ID}"


def test_no_real_submission_gets_the_id_of_a_test() -> None:
    body = (corpus.ROOT / "standard" / "whole.json").read_bytes()
    headers = corpus.proof("standard", body, message_id="test:1")
    found = corpus.built("standard").receive(corpus.pushed("standard", body, headers=headers))
    assert isinstance(found, Delivery)
    assert found.external_id is not None
    assert found.external_id.startswith("sha256-")
    [read] = corpus.built("standard").read(found)
    assert isinstance(read, Submission)
    assert read.external_id == found.external_id


def test_a_form_that_the_settings_no_longer_name_is_proven_by_the_wording_of_its_day() -> None:
    path = corpus.ROOT / "tally" / "whole.json"
    found = corpus.built("tally").receive(corpus.pushed("tally", path.read_bytes()))
    assert isinstance(found, Delivery)
    [later] = corpus.built("tally", form="the-next-form").read(found)
    assert isinstance(later, Submission)
    assert later.notice == found.notice
    assert "another_form" not in later.remarks


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.sampled_from(["true", "on", corpus.WORDING, "email", "fields[x][value]", "\ud83d"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=8) | st.sampled_from(["value", "id", "type", "data"]),
                      inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def _leaves(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    members: list[tuple[Any, Any]] = []
    if isinstance(node, dict | list):
        members += node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in members:
        yield from _leaves(value, (*path, key))


def _with(node: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copied = dict(node) if isinstance(node, dict) else list(node)
    copied[path[0]] = _with(node[path[0]], path[1:], value)
    return copied


JSON_BODIES = [path for path in PAYLOADS if path.suffix == ".json" and path.stem == "whole"]


@settings(max_examples=400, deadline=None)
@given(path=st.sampled_from(JSON_BODIES), data=st.data())
def test_any_value_in_place_of_another_is_read_or_set_aside(
    path: Path, data: st.DataObject
) -> None:
    body = json.loads(path.read_bytes())
    place = data.draw(st.sampled_from(list(_leaves(body))))
    changed = json.dumps(_with(body, place, data.draw(VALUES))).encode()
    connector = corpus.built(corpus.tool_of(path))
    found = connector.receive(corpus.pushed(corpus.tool_of(path), changed, ".json"))
    if isinstance(found, Refusal):
        assert found.status == 422
        return
    [read] = connector.read(found)
    assert [read] == list(connector.read(found))
    if isinstance(read, Submission):
        assert read.external_id == found.external_id
        assert len(read.external_id) <= 205


@settings(max_examples=400, deadline=None)
@given(path=st.sampled_from(PAYLOADS), where=st.floats(0, 1), put_in=st.binary(max_size=6))
def test_a_damaged_body_never_raises_and_never_ticks_more(
    path: Path, where: float, put_in: bytes
) -> None:
    whole, connector = path.read_bytes(), corpus.built_for(path)
    before = connector.receive(corpus.pushed(corpus.tool_of(path), whole, path.suffix))
    had = corpus.ticks(connector.read(before)) if isinstance(before, Delivery) else []
    cut = int(len(whole) * where)
    for damaged in (whole[:cut], whole[:cut] + put_in + whole[cut + len(put_in) :]):
        kind = {"content-type": corpus.content_type(whole, path.suffix)}
        headers = corpus.proof(corpus.tool_of(path), damaged) | kind
        found = connector.receive(Push(damaged, headers, corpus.RECEIVED_AT, corpus.URL))
        if isinstance(found, Refusal):
            assert found.status in {400, 422}
            continue
        # cut off, it can only say less; no letter that is put in spells a yes of any tool
        if True not in had and not any(each in put_in for each in (b"on", b"1", b"true")):
            assert True not in corpus.ticks(connector.read(found))


@settings(max_examples=200, deadline=None)
@given(tool=st.sampled_from(corpus.TOOLS), body=st.binary(max_size=200))
def test_any_bytes_are_read_or_set_aside(tool: str, body: bytes) -> None:
    connector = corpus.built(tool)
    for writing in ("json", "urlencoded", "multipart", "other"):
        kind = f"application/vnd.leadledger.form-webhook.{tool}+{writing}"
        [read] = connector.read(Delivery(None, body, kind, corpus.RECEIVED_AT))
        assert isinstance(read, Submission | Problem)
