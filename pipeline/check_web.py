"""Say whether the address that people and platforms use leads to this installation."""

import errno
import http.client
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from connectors.base import Polls, Publishes
from connectors.pushed import Receives
from pipeline import wiring
from pipeline.finding import Fault, Finding
from pipeline.placeholders import is_placeholder
from pipeline.settings import Settings, WebSettings

_LOCAL_SECONDS = 3.0
_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - compared


def check_web(settings: Settings) -> Iterator[Finding]:
    """Name an address that would stand in links and lead nowhere, and who listens at our port."""
    if settings.web.is_this_machine:
        yield Finding(
            "web.public_url",
            None,
            f"{settings.web.public_url} is this machine: links and forms work here only. Cure: set"
            " the https address that people use.",
            Fault.URL_THIS_MACHINE,
        )
    elif is_placeholder(urlsplit(settings.web.public_url).hostname or ""):
        yield Finding(
            "web.public_url",
            None,
            "looks like a placeholder. Cure: set the https address that people use.",
            Fault.URL_PLACEHOLDER,
        )
    yield from _port(settings)


def _port(settings: Settings) -> Iterator[Finding]:
    web = settings.web
    heard = is_ours(lambda: http.client.HTTPConnection(_own(web), web.port, timeout=_LOCAL_SECONDS))
    if heard:
        yield Finding("web.port", True, f"LeadLedger answers at port {web.port}")
    elif heard is False:
        yield Finding(
            "web.port",
            False,
            f"another program listens at port {web.port}. Cure: end it, or set another `port`"
            " under [web] and in the reverse proxy.",
            Fault.PORT_TAKEN,
        )
    elif (reason := _why_not_bound(web)) is not None:
        yield Finding(
            "web.port",
            False,
            f"{web.host}, port {web.port} cannot be listened on ({reason}). Cure: set another"
            " `port` or `host` under [web].",
            Fault.PORT_TAKEN,
        )
    elif any(_is_told(settings)):
        yield Finding(
            "web.port",
            None,
            f"nobody listens at port {web.port}, so nothing that is sent to a form arrives. Cure:"
            " keep `leadledger run` running.",
            Fault.SERVER_DOWN,
        )
    else:
        yield Finding("web.port", True, f"port {web.port} is free")


def _own(web: WebSettings) -> str:
    return _EVERY_ADDRESS.get(web.host, web.host)


def _is_told(settings: Settings) -> Iterator[bool]:
    """Say of each source whether what comes to it comes to our port only."""
    for source in settings.sources:
        connector = wiring.build(source)
        is_pushed = isinstance(connector, Receives) and not isinstance(connector, Polls)
        yield isinstance(connector, Publishes) or is_pushed


def _why_not_bound(web: WebSettings) -> str | None:
    """Try the address without listening, so that nobody else is kept from it."""
    family = socket.AF_INET6 if ":" in web.host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((web.host, web.port))
        except OSError as error:
            return errno.errorcode.get(error.errno or 0, "no such address")
    return None


def is_ours(connect: Callable[[], http.client.HTTPConnection], path: str = "") -> bool | None:
    """Ask for /healthz: True if LeadLedger answers, False if another does, None if nobody does.

    Raises:
        ssl.SSLCertVerificationError: the certificate is not to be trusted.
    """
    line, is_connected = connect(), False
    try:
        line.connect()
        is_connected = True
        line.request("GET", f"{path}/healthz")
        answer = line.getresponse()
        said = json.loads(answer.read(1_000))
    except ssl.SSLCertVerificationError:
        raise
    except (ssl.SSLError, http.client.HTTPException, ValueError):
        return False
    except OSError:
        # whoever takes the call and then says nothing is somebody
        return False if is_connected else None
    finally:
        line.close()
    return answer.status == 200 and isinstance(said, dict) and said.get("status") == "ok"
