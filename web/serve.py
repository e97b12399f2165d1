"""Listen: uvicorn with one process, which finishes what it has in hand when it is told to stop."""

from typing import Any

from fastapi import FastAPI

from pipeline.settings import WebSettings

LONGEST_SHUTDOWN_SECONDS = 30
IDLE_SECONDS = 75
"""Longer than reverse proxies keep their connections, so that none is closed under a request."""
MOST_CONNECTIONS = 2_000


def serve(app: FastAPI, web: WebSettings) -> None:
    """Answer until SIGTERM or Ctrl-C; what was begun by then is finished first.

    Raises:
        SystemExit: the port is taken; uvicorn has said so.
    """
    import uvicorn  # noqa: PLC0415 - not needed to describe the application

    uvicorn.run(app, **options(web))


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
