"""A throw-away certificate for `localhost`, which a client has to be told to trust.

gRPC reads GRPC_DEFAULT_SSL_ROOTS_FILE_PATH once, before the first secure channel of a process
(grpc/grpc, doc/environment_variables.md), so every server of a process shows the same certificate.
"""

import atexit
import os
import shutil
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

ROOTS_VARIABLE = "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"
_CERTIFICATE_FILE = "google-simulator.crt"
_KEY_FILE = "google-simulator.key"
_VALID_FOR = timedelta(days=3650)


class Certificate(NamedTuple):
    """A certificate and its key as PEM; `cert_path` is the file that a client trusts."""

    cert_path: Path
    key_pem: bytes
    cert_pem: bytes

    def __repr__(self) -> str:
        """Say where it lies; the key stays out of sight."""
        return f"Certificate({self.cert_path})"


def certificate(folder: Path) -> Certificate:
    """Return the certificate in `folder`, made there if the folder has none.

    It is for `localhost` alone, signs itself, and is good from yesterday for ten years. The key
    file can be read by its owner only.
    """
    cert_path, key_path = folder / _CERTIFICATE_FILE, folder / _KEY_FILE
    if not (cert_path.is_file() and key_path.is_file()):
        folder.mkdir(parents=True, exist_ok=True)
        key_pem, cert_pem = _made()
        write_private(key_path, key_pem)
        cert_path.write_bytes(cert_pem)
    return Certificate(cert_path, key_path.read_bytes(), cert_path.read_bytes())


@cache
def shared_folder() -> Path:
    """Return a folder for this process's certificate, which goes when the process ends."""
    folder = Path(mkdtemp(prefix="google-simulator-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def write_private(path: Path, content: bytes) -> None:
    """Write a file that nobody but its owner could read at any moment."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _made() -> tuple[bytes, bytes]:
    """Return a new key and the certificate over it."""
    from cryptography import x509  # noqa: PLC0415 - a rehearsal alone needs it
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    begin = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251 - TLS compares with real clocks
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + _VALID_FOR)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return key_pem, signed.public_bytes(serialization.Encoding.PEM)
