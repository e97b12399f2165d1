"""Listen: uvicorn with one process, which finishes what it has in hand when it is told to stop."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI

from pipeline.settings import WebSettings
from policy.errors import ConfigError

LONGEST_SHUTDOWN_SECONDS = 30
IDLE_SECONDS = 75
"""Longer than reverse proxies keep their connections, so that none is closed under a request."""
MOST_CONNECTIONS = 2_000
_BACKLOG = 2_048
_ENDING = (signal.SIGINT, signal.SIGTERM)


def serve(app: FastAPI, web: WebSettings) -> None:
    """Answer until SIGTERM or Ctrl-C; what was begun by then is finished first.

    Raises:
        ConfigError: the address or port cannot be listened on; with the cure.
    """
    import uvicorn  # noqa: PLC0415 - not needed to describe the application

    with _bound(web) as opened, _ended_once():
        uvicorn.Server(uvicorn.Config(app, **options(web))).run([opened])


@contextmanager
def _ended_once() -> Iterator[None]:
    """Keep what ended the server from ending the process: others still have work in hand.

    uvicorn 0.54 raises the signals that it was stopped by once more when it is done.
    """
    before = {each: signal.signal(each, lambda *_: None) for each in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _bound(web: WebSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    try:
        return socket.create_server((web.host, web.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise ConfigError(
            f"web.port: {web.host}, port {web.port} cannot be listened on ({error.strerror})."
            " Cure: end what listens there, or set another `port` or `host` under [web]."
        ) from None


def options(web: WebSettings) -> dict[str, Any]:
    """Return how uvicorn shall listen."""
    return {
        "host": web.host,
        "port": web.port,
        # addresses hold tokens, and lines of ours say what is needed
        "access_log": False,
        "log_config": None,
        "server_header": False,
        "proxy_headers": True,
        "forwarded_allow_ips": list(web.trusted_proxies),
        "timeout_keep_alive": IDLE_SECONDS,
        "timeout_graceful_shutdown": LONGEST_SHUTDOWN_SECONDS,
        "limit_concurrency": MOST_CONNECTIONS,
    }
