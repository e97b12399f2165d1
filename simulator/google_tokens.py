"""The OAuth token endpoint, as plain HTTP on a loopback socket."""

import json
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl

from simulator.google_access import LIFETIME, GrantRefusedError, Tokens
from simulator.google_faults import TOKEN_ENDPOINT, GoogleFaultKind, GoogleFaults

_Answer = tuple[HTTPStatus, dict[str, object]]
"""Status and body of an answer."""


class TokenEndpoint:
    """A running token endpoint. `start` and `close` it; `url` is the `token_uri` for a client."""

    def __init__(self, tokens: Tokens, faults: GoogleFaults) -> None:
        self.asked: list[str] = []
        """The grant types asked for so far, in order."""
        self._tokens = tokens
        self._faults = faults
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.endpoint = self
        self._thread = Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="google-token-endpoint",
            daemon=True,
        )

    @property
    def url(self) -> str:
        """Return the address that tokens are asked at."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/token"

    def start(self) -> None:
        """Begin to answer, in the background."""
        self._thread.start()

    def close(self) -> None:
        """Stop and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def answer(self, form: dict[str, str]) -> _Answer | None:
        """Return status and body for a request, faults and all; None: nobody answers."""
        self.asked.append(form.get("grant_type", ""))
        for fault in self._faults.befalling(TOKEN_ENDPOINT):
            match fault.kind:
                case GoogleFaultKind.LATENCY:
                    time.sleep(float(fault.options.get("seconds", 0.2)))
                case GoogleFaultKind.TOKEN_SERVER_DOWN:
                    status = int(fault.options.get("status", 0))
                    return (HTTPStatus(status), {"error": "unavailable"}) if status else None
                case _:
                    return _refused("invalid_grant", "Token has been expired or revoked.")
        try:
            token = self._tokens.grant(form, self.url)
        except GrantRefusedError as refusal:
            return _refused(refusal.code, refusal.description)
        granted = {"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"}
        return HTTPStatus.OK, {**granted, "scope": self._tokens.scope}


def _refused(code: str, description: str) -> _Answer:
    status = HTTPStatus.UNAUTHORIZED if code == "invalid_client" else HTTPStatus.BAD_REQUEST
    return status, {"error": code, "error_description": description}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    endpoint: TokenEndpoint


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        replied: _Answer | None = (HTTPStatus.NOT_FOUND, {"error": "not_found"})
        if self.path == "/token":
            replied = self.server.endpoint.answer(dict(parse_qsl(body)))
        if replied is None:
            self.close_connection = True
            return
        status, answer = replied
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: a request holds a secret."""
