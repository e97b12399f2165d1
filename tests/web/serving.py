"""A real web process of ours on a loopback port, in a thread, for tests that need a socket."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import uvicorn

from models.store import Store
from pipeline.settings import ConfiguredSource, MailSettings, WebSettings
from pipeline.wiring import House
from tests.build import declared, settings
from web.app import create_app
from web.serve import options


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(
    store: Store, *sources: ConfiguredSource, mail: MailSettings | None = None, **web: Any
) -> Iterator[str]:
    """Serve an installation, as `leadledger serve` does; yield its address."""
    port = free_port()
    given = WebSettings.model_validate(
        {"public_url": f"http://127.0.0.1:{port}", "port": port} | web
    )
    declared(store, *sources)
    known = replace(settings(str(store.url), *sources), web=given, mail=mail)
    server = uvicorn.Server(uvicorn.Config(create_app(House(known, store)), **options(given)))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(30)
    assert not thread.is_alive()
