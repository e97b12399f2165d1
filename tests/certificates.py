"""Certificates of the tests' own: for any name, good for any time, signed by themselves."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pipeline import wiring


def write_certificate(folder: Path, *, good_for: timedelta, names: Sequence[str]) -> None:
    """Write `own.crt` and `own.key`; a negative time makes one that has expired."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    ends = wiring.now() + good_for
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=100))
        .not_valid_after(ends)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = serialization.PrivateFormat.PKCS8
    (folder / "own.key").write_bytes(key.private_bytes(pem, private, serialization.NoEncryption()))
    (folder / "own.crt").write_bytes(signed.public_bytes(pem))
