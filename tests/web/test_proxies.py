"""The reverse proxies of docs/receiving.md, really run: TLS outside, our process behind."""

import http.client
import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.inbox import InboxRecord
from models.refused_push import RefusedPush
from models.store import Store
from simulator.google_certificate import certificate
from tests.build import kept
from tests.documents import ROOT, blocks, text_of
from tests.web.pushing import GOOGLE, TOLD, google_body, google_source
from tests.web.serving import free_port, listening

RECEIVING = text_of(ROOT / "docs" / "receiving.md")
HOST = "leads.my-agency.example"
OURS = "127.0.0.1:8600"


def program(name: str) -> str:
    """Return where a proxy is; .ci/run installs both."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} IS NOT TESTED: it is not installed")
        pytest.skip(f"{name} IS NOT TESTED: it is not installed")
    return found


@contextmanager
def running(words: list[str], port: int, folder: Path) -> Iterator[None]:
    with (folder / "proxy.log").open("wb") as log:
        process = subprocess.Popen(
            words, stdout=log, stderr=log, env=os.environ | {"HOME": str(folder)}
        )
    try:
        for _ in range(200):
            with_tls = http.client.HTTPSConnection("localhost", port, context=trusting_anybody())
            try:
                with_tls.request("GET", "/healthz")
                with_tls.getresponse().read()
                break
            except OSError:
                assert process.poll() is None, (folder / "proxy.log").read_text()
                time.sleep(0.05)
            finally:
                with_tls.close()
        yield
    finally:
        process.terminate()
        process.wait(20)


def trusting_anybody() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def nginx(folder: Path, port: int, ours: str) -> list[str]:
    [block] = blocks(RECEIVING, "nginx")
    made = certificate(folder)
    text = (
        block.text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
        .replace(f"/etc/ssl/{HOST}.crt", str(made.cert_path))
        .replace(f"/etc/ssl/{HOST}.key", str(made.cert_path.with_suffix(".key")))
        .replace(HOST, "localhost")
        .replace(OURS, ours)
    )
    paths = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    around = f"pid {folder}/pid;\ndaemon off;\nevents {{}}\nhttp {{\n{paths}{text}}}\n"
    (folder / "nginx.conf").write_text(around)
    # its workers may not run as root's own
    head = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(head + around)
    return [program("nginx"), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def caddy(folder: Path, port: int, ours: str) -> list[str]:
    [block] = blocks(RECEIVING, "caddyfile")
    made = certificate(folder)
    tls = f"\ttls {made.cert_path} {made.cert_path.with_suffix('.key')}\n"
    head, _, rest = block.text.replace(HOST, f"https://localhost:{port}").partition("\n")
    text = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + f"{head}\n{tls}{rest}"
    (folder / "Caddyfile").write_text(text.replace(OURS, ours))
    return [program("caddy"), "run", "--config", str(folder / "Caddyfile")]


@pytest.mark.parametrize("proxy", [nginx, caddy], ids=["nginx", "caddy"])
def test_what_the_document_says_of_a_proxy_works(
    sqlite_store: Store, tmp_path: Path, proxy: object
) -> None:
    assert callable(proxy)
    port = free_port()
    with listening(sqlite_store, google_source()) as url:
        words = proxy(tmp_path, port, url.removeprefix("http://"))
        with running(words, port, tmp_path):
            client = http.client.HTTPSConnection("localhost", port, context=trusting_anybody())

            def asked(method: str, path: str, body: bytes = b"") -> tuple[int, bytes]:
                client.request(method, path, body, dict(TOLD))
                answer = client.getresponse()
                return answer.status, answer.read()

            assert asked("GET", "/healthz")[0] == 200
            assert asked("GET", "/metrics")[0] == 404
            assert asked("POST", f"/in/{GOOGLE}", google_body()) == (200, b"{}")
            assert asked("POST", f"/in/{GOOGLE}", google_body(key="wrong"))[0] == 403
            client.close()
    assert len(kept(sqlite_store, InboxRecord)) == 1
    assert [row.status for row in kept(sqlite_store, RefusedPush)] == [403]
