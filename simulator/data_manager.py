"""The pretend Data Manager API of Google on a loopback socket: it removes people, and takes time.

    with DataManagerServer() as google:
        … address = google.url, service_account_key = google.service_account_key() …

Source: developers.google.com, data-manager/api/reference/rest/v1.
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from simulator.data_manager_answers import AUDIENCE_IDS, Answers, DataManagerFault
from simulator.google_access import Tokens, service_account_key
from simulator.google_faults import GoogleFaults
from simulator.google_tokens import TokenEndpoint

__all__ = ["AUDIENCE_IDS", "DataManagerFault", "DataManagerServer"]

SCOPE = "https://www.googleapis.com/auth/datamanager"


class DataManagerServer:
    """A running pretend API. Use it as a context manager, or `start` and `close` it.

    `looks` is how often a request is found unfinished before it is done. `answers.removed` are the
    hashes that each list has lost, `answers.calls` the requests so far, in order.
    """

    def __init__(self, *, port: int = 0, looks: int = 1) -> None:
        """Bind the sockets; nothing is answered before `start`.

        Raises:
            OSError: the port is taken.
        """
        self.tokens = Tokens(SCOPE)
        self.answers = Answers(looks)
        self.token_faults = GoogleFaults()
        self._token_endpoint = TokenEndpoint(self.tokens, self.token_faults)
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.google = self
        self._thread = Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="google-data-manager",
            daemon=True,
        )
        self.lock = Lock()

    @property
    def url(self) -> str:
        """Return the address, without a trailing slash."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def token_url(self) -> str:
        """Return the `token_uri` of credentials."""
        return self._token_endpoint.url

    @property
    def grants(self) -> list[str]:
        """Return the grant types that tokens were asked for with, in order."""
        return self._token_endpoint.asked

    def service_account_key(self) -> str:
        """Return the key file (JSON) of a service account that may change the lists."""
        return service_account_key(self.token_url)

    def once(self, fault: str, times: int = 1) -> None:
        """Let a fault befall the next requests that it can befall, so many times.

        Raises:
            ValueError: there is no such fault.
        """
        self.answers.faults += [DataManagerFault(fault)] * times

    def start(self) -> None:
        """Begin to answer, in the background."""
        self._thread.start()
        self._token_endpoint.start()

    def close(self) -> None:
        """Stop and free the ports."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._token_endpoint.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    google: DataManagerServer


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        google = self.server.google
        parts = urlsplit(self.path)
        params = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        is_known = google.tokens.is_good(self.headers.get("Authorization"))
        with google.lock:
            reply = google.answers.answer(parts.path, params, body, is_known=is_known)
        if reply is None:
            self.close_connection = True
            return
        status, answer = reply
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = _serve  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
        """Say nothing: a request holds hashes of people."""
