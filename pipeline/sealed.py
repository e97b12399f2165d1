"""A file that only who has the key can read or write: AES-256-GCM, a chunk at a time.

A chunk's nonce is its number and whether it is the last (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár), so that chunks can neither be re-ordered, nor repeated, nor left
out, nor the end cut off. Every file has a key of its own, made of the configured one and a salt.
"""

import os
import zlib
from collections.abc import Iterator
from io import BufferedReader
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from policy.errors import BackupBroken

MAGIC = b"LEADLEDGER BACKUP 1\n"
CHUNK_BYTES = 1 << 18
SALT_BYTES = 16
TAG_BYTES = 16
LENGTH_BYTES = 4
KEY_BYTES = 32
_COUNTER_BYTES = 11


class SealedWriter:
    """Compresses and encrypts what it is given; nothing but `finish` makes the file whole."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        """Write the beginning."""
        self._file = file
        self._head = MAGIC + os.urandom(SALT_BYTES)
        self._cipher = _cipher(key, self._head)
        self._squeeze = zlib.compressobj(6)
        self._waiting = bytearray()
        self._number = 0
        file.write(self._head)

    def write(self, content: bytes) -> None:
        """Add some bytes."""
        self._waiting += self._squeeze.compress(content)
        while len(self._waiting) > CHUNK_BYTES:
            self._seal(CHUNK_BYTES, is_last=False)

    def finish(self) -> None:
        """Write what is left, and the end."""
        self._waiting += self._squeeze.flush()
        while len(self._waiting) > CHUNK_BYTES:
            self._seal(CHUNK_BYTES, is_last=False)
        self._seal(len(self._waiting), is_last=True)

    def _seal(self, size: int, *, is_last: bool) -> None:
        plain = bytes(self._waiting[:size])
        del self._waiting[:size]
        sealed = self._cipher.encrypt(_nonce(self._number, is_last=is_last), plain, self._head)
        self._file.write(len(sealed).to_bytes(LENGTH_BYTES, "big") + sealed)
        self._number += 1


def sealed_lines(file: BufferedReader, key: bytes) -> Iterator[bytes]:
    """Yield the lines of a sealed file; each was found genuine before it is given.

    Raises:
        BackupBroken: another key, a changed or missing part, or no file of ours. Whoever takes
            lines must not act on them for good before the last one came.
    """
    inflate = zlib.decompressobj()
    rest = b""
    try:
        for chunk in _opened(file, key):
            *lines, rest = (rest + inflate.decompress(chunk)).split(b"\n")
            yield from lines
    except zlib.error:
        raise BackupBroken(_BROKEN) from None
    if rest or not inflate.eof:
        raise BackupBroken(_BROKEN)


def _opened(file: BufferedReader, key: bytes) -> Iterator[bytes]:
    head = file.read(len(MAGIC) + SALT_BYTES)
    if not head.startswith(MAGIC) or len(head) != len(MAGIC) + SALT_BYTES:
        raise BackupBroken("This is no backup of LeadLedger. Cure: name a file that it wrote.")
    cipher, number, is_last = _cipher(key, head), 0, False
    while not is_last:
        size = int.from_bytes(file.read(LENGTH_BYTES), "big")
        if not TAG_BYTES <= size <= CHUNK_BYTES + TAG_BYTES:
            raise BackupBroken(_BROKEN)
        sealed = file.read(size)
        is_last = not file.peek(1)
        try:
            yield cipher.decrypt(_nonce(number, is_last=is_last), sealed, head)
        except InvalidTag:
            raise BackupBroken(_WRONG_KEY if number == 0 else _BROKEN) from None
        number += 1


_BROKEN = (
    "The backup is damaged: a part is missing or was changed. Nothing of it can be trusted."
    " Cure: take another backup, and look at the disk that this one lay on."
)
_WRONG_KEY = (
    "The backup cannot be opened: it was made with another key, or its beginning was changed."
    " Cure: set keys.backup to the key of that time, or take another backup."
)


def _cipher(key: bytes, head: bytes) -> AESGCM:
    derived = HKDF(SHA256(), KEY_BYTES, salt=head[len(MAGIC) :], info=b"leadledger backup file")
    return AESGCM(derived.derive(key))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(_COUNTER_BYTES, "big") + (b"\x01" if is_last else b"\x00")
