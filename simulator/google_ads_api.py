"""The pretend Google Ads API on a loopback socket, for the real client to talk to.

    with GoogleAdsServer(GoogleWorld.seeded(7, leads=500, now=now)) as google:
        os.environ[ROOTS_VARIABLE] = str(google.roots)  # before the process opens a secure channel
        key = json.loads(google.service_account_key())
        credentials = Credentials.from_service_account_info(key, scopes=[SCOPE])
        client = GoogleAdsClient(credentials, endpoint=google.endpoint, version="v26",
                                 login_customer_id=google.world.manager_id, use_proto_plus=False)

gRPC over TLS, with Search and SearchStream of GoogleAdsService; tokens come from a plain HTTP
server beside it.
"""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from simulator.google_access import Tokens, service_account_key
from simulator.google_calls import AdsCall, Answered, Answering
from simulator.google_certificate import certificate, shared_folder
from simulator.google_errors import RefusedError, failure
from simulator.google_faults import GoogleFaultKind, GoogleFaults
from simulator.google_tokens import TokenEndpoint
from simulator.google_world import GoogleWorld

_WORKERS = 8
_OPTIONS = (("grpc.so_reuseport", 0), ("grpc.max_send_message_length", -1))


class GoogleAdsServer:
    """A running pretend Google Ads API. Use it as a context manager, or `start` and `close` it.

    `endpoint` is what the client takes, `roots` the certificate that it has to trust, `token_url`
    where its tokens come from. `calls` are the queries so far, in order.
    """

    def __init__(
        self,
        world: GoogleWorld,
        folder: Path | None = None,
        *,
        faults: GoogleFaults | None = None,
        chunk: int = 10_000,
        version: str = "v26",
        port: int = 0,
    ) -> None:
        """Bind the sockets; nothing is answered before `start`.

        The certificate lies in `folder`, by default in one that all servers of this process share.
        `chunk` is how many rows a page of Search and a message of SearchStream have.

        Raises:
            OSError: the port is taken.
        """
        import grpc  # noqa: PLC0415 - whoever needs no Google has no gRPC

        self.world = world
        self.faults = faults or GoogleFaults()
        self.tokens = Tokens()
        self.version = version
        self._messages = _services(version)
        self._chunk = chunk
        self._crashes: list[Exception] = []
        self._answering = Answering(world, self.faults, self.tokens, self._messages, version)
        trusted = certificate(folder or shared_folder())
        self.roots = trusted.cert_path
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="google-ads")
        self._server = grpc.server(self._workers, options=_OPTIONS)
        self._server.add_generic_rpc_handlers((self._handler(),))
        credentials = grpc.ssl_server_credentials([(trusted.key_pem, trusted.cert_pem)])
        self.port = _bound(self._server, port, credentials)
        self._token_endpoint = TokenEndpoint(self.tokens, self.faults)

    @property
    def calls(self) -> list[AdsCall]:
        """Return the queries so far, in order."""
        return self._answering.calls

    @property
    def endpoint(self) -> str:
        """Return host and port, as the client takes them."""
        return f"localhost:{self.port}"

    @property
    def token_url(self) -> str:
        """Return the `token_uri` of credentials."""
        return self._token_endpoint.url

    @property
    def grants(self) -> list[str]:
        """Return the grant types that tokens were asked for with, in order."""
        return self._token_endpoint.asked

    def service_account_key(self) -> str:
        """Return the key file (JSON) of a service account that may read everything."""
        return service_account_key(self.token_url)

    def start(self) -> None:
        """Begin to answer, in the background."""
        self._server.start()
        self._token_endpoint.start()

    def close(self) -> None:
        """Stop at once and free the ports.

        Raises:
            RuntimeError: the simulator itself failed on a call: what it judged is worth nothing.
        """
        self._server.stop(0).wait()
        self._workers.shutdown()
        self._token_endpoint.close()
        if self._crashes:
            raise RuntimeError("the simulator failed while answering") from self._crashes[0]

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

    def _handler(self) -> Any:  # noqa: ANN401 - a handler of grpc
        import grpc  # noqa: PLC0415

        search, stream = (
            self._messages.SearchGoogleAdsRequest.pb(),
            self._messages.SearchGoogleAdsStreamRequest.pb(),
        )
        methods = {
            "Search": grpc.unary_unary_rpc_method_handler(
                self._search, request_deserializer=search.FromString
            ),
            "SearchStream": grpc.unary_stream_rpc_method_handler(
                self._stream, request_deserializer=stream.FromString
            ),
        }
        service = f"google.ads.googleads.{self.version}.services.GoogleAdsService"
        return grpc.method_handlers_generic_handler(service, methods)

    def _stream(self, request: Any, context: Any) -> Iterator[bytes]:  # noqa: ANN401
        """Answer SearchStream; an answer without rows is one message without rows."""
        answered = self._answered(request, context)
        rows, breaks = answered.frames, answered.fault(GoogleFaultKind.BROKEN_STREAM)
        if breaks is not None:
            rows = rows[: int(breaks.options.get("rows", 0))]
        tail = self._messages.SearchGoogleAdsStreamResponse.pb()(
            field_mask={"paths": answered.query.fields},
            request_id=answered.request_id,
            query_resource_consumption=len(rows),
        ).SerializeToString()
        for start in range(0, len(rows), self._chunk):
            yield b"".join(rows[start : start + self._chunk]) + tail
        if breaks is not None:
            self._break(answered, context)
        if not rows:
            yield tail

    def _search(self, request: Any, context: Any) -> bytes:  # noqa: ANN401
        """Answer Search, a page at a time."""
        answered = self._answered(request, context)
        if answered.fault(GoogleFaultKind.BROKEN_STREAM) is not None:
            self._break(answered, context)
        try:
            start = answered.start(request.page_token)
        except RefusedError as refused:
            self._refuse(refused, answered.request_id, context)
        end = start + self._chunk
        tail = self._messages.SearchGoogleAdsResponse.pb()(
            field_mask={"paths": answered.query.fields},
            next_page_token=answered.token(end) if end < len(answered.frames) else "",
            total_results_count=len(answered.frames),
        ).SerializeToString()
        return b"".join(answered.frames[start:end]) + bytes(tail)

    def _answered(self, request: Any, context: Any) -> Answered:  # noqa: ANN401
        metadata = {one.key: one.value for one in context.invocation_metadata()}
        request_id = self._answering.request_id()
        context.set_trailing_metadata((("request-id", request_id),))
        try:
            return self._answering.answer(request, metadata, request_id)
        except RefusedError as refused:
            self._refuse(refused, request_id, context)
        except Exception as crash:
            self._crashes.append(crash)
            raise

    def _break(self, answered: Answered, context: Any) -> NoReturn:  # noqa: ANN401
        fault = answered.fault(GoogleFaultKind.BROKEN_STREAM)
        code = str(fault.options.get("code", "UNAVAILABLE")) if fault else "UNAVAILABLE"
        self._refuse(RefusedError(code, "Connection reset"), answered.request_id, context)

    def _refuse(
        self,
        refused: RefusedError,
        request_id: str,
        context: Any,  # noqa: ANN401
    ) -> NoReturn:
        """End a call with a status, and the reason in the trailing metadata."""
        import grpc  # noqa: PLC0415

        trailing: list[tuple[str, str | bytes]] = [("request-id", request_id)]
        if refused.reason is not None:
            said = failure(self.version, refused.reason, refused.message, request_id)
            trailing.append(
                (f"google.ads.googleads.{self.version}.errors.googleadsfailure-bin", said)
            )
        context.set_trailing_metadata(tuple(trailing))
        context.abort(grpc.StatusCode[refused.status], refused.message)
        raise AssertionError("unreachable: abort raises")


def _services(version: str) -> Any:  # noqa: ANN401 - a module of google-ads
    return import_module(f"google.ads.googleads.{version}.services.types.google_ads_service")


def _bound(server: Any, port: int, credentials: Any) -> int:  # noqa: ANN401
    try:
        return int(server.add_secure_port(f"127.0.0.1:{port}", credentials))
    except RuntimeError:  # gRPC does not say why; the socket does
        with socket.create_server(("127.0.0.1", port)):
            raise
