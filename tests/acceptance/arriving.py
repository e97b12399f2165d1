"""One person who comes by every source, and comes again."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from connectors._web_form_draft import FormPost
from connectors.base import Batch, Connector, Delivery
from connectors.pushed import Push
from models.store import Store
from pipeline.ingest import Ingest, IngestReport
from pipeline.settings import ConfiguredSource
from tests import build
from tests.build import NOW, declared
from tests.connectors import form_webhook_corpus as corpus
from tests.connectors.email_corpus import written as written_mail
from tests.importing import connector_of as reader_of
from tests.importing import fair, row, written
from tests.mailing import inbox
from tests.mailing import mail as mailed
from tests.pipeline.test_form_webhooks import source_of as tool_source
from tests.web import forms
from tests.web.pushing import google_body, google_source

ADDRESS = "priya.sharma@mail.example"
NUMBER = "+447700900123"
CELLS = {"Name": "Priya Sharma", "E-mail": "Priya.Sharma@Mail.example", "Phone": "+44 7700 900123"}
Arrival = tuple[ConfiguredSource, Connector, Delivery]


def sources() -> list[ConfiguredSource]:
    """Return one source of each kind; the form asks for a confirmation by mail."""
    form = forms.form_source(double_opt_in=True)
    return [build.source(), google_source(), form, tool_source("standard"), fair(), inbox()]


def arrivals(folder: Path) -> Iterator[Arrival]:
    """Yield what brings the person, from each source."""
    meta, google, form, tool, files, mails = sources()
    yield meta, build.connector(meta), build.delivery()
    yield google, reader_of(google), _pushed(google, google_push())
    yield form, forms.connector_of(form), _typed(form)
    [path] = [path for path in corpus.payloads("standard") if path.stem == "whole"]
    body = path.read_bytes()
    headers = corpus.proof("standard", body, at=NOW)
    headers |= {"content-type": corpus.content_type(body, path.suffix)}
    yield tool, reader_of(tool), _pushed(tool, Push(body, headers, NOW, corpus.URL))
    file = written(folder / "fair.csv", [row(1, **CELLS)])
    [line] = reader_of(files).open_file(file)  # type: ignore[attr-defined]
    file.unlink()
    yield files, reader_of(files), line
    said = f"Please ring me at {NUMBER}."
    yield mails, reader_of(mails), mailed(written_mail(said, "A question"))


def google_push(lead_id: str = "lead-1") -> Push:
    """Return what Google sends of the person."""
    columns = {"FULL_NAME": "Priya Sharma", "EMAIL": ADDRESS, "PHONE_NUMBER": NUMBER}
    listed = [{"column_id": key, "string_value": value} for key, value in columns.items()]
    return Push(google_body(lead_id, user_column_data=listed), {}, NOW)


def _pushed(source: ConfiguredSource, push: Push) -> Delivery:
    found = reader_of(source).receive(push)  # type: ignore[attr-defined]
    assert isinstance(found, Delivery), found
    return found


def _typed(source: ConfiguredSource) -> Delivery:
    form = forms.connector_of(source)
    shown = form.page_token(NOW - timedelta(seconds=30), os.urandom(16))
    typed = {**forms.TYPED, **forms.TICKED, "shown": shown, "homepage": ""}
    draft = form.draft(FormPost({key: [value] for key, value in typed.items()}, {}, NOW))
    return form.delivery(draft, None)._replace(notice=form.notice)


def came(store: Store, arrival: Arrival) -> IngestReport:
    """Take one arrival in, as its source does."""
    source, connector, delivery = arrival
    declared(store, source)
    return Ingest(store, source, connector, "pull").take([Batch("stream", [delivery])], NOW)
