"""Signatures and encryption of the platform's message push (消息推送 明文、兼容、安全模式).

Source: developers.weixin.qq.com, "消息推送" and the official sample of encryption; the official vectors are tests.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK_BITS = 256
"""The platform pads to 32 bytes, twice the block of AES."""
_RANDOM, _LENGTH = 16, 4


class Refused(Exception):
    """A body that does not come from the platform, or is for another account."""


def sign(*parts: str) -> str:
    """SHA-1 over the sorted, joined parts, as hexadecimal digits."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the platform's choice


def is_signed(signature: str, *parts: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(sign(*parts).encode(), signature.encode())


@dataclass(frozen=True, slots=True)
class Opened:
    """A decrypted message, and the key that opened it: the answer is sealed with the same."""

    message: bytes
    key: Envelope


class Envelope:
    """Encrypts and decrypts for one account with one EncodingAESKey; raises ValueError where that is none."""

    def __init__(self, encoding_aes_key: str, app_id: str) -> None:
        try:
            self._key = base64.b64decode(encoding_aes_key + "=", validate=True)
        except binascii.Error as error:
            raise ValueError("EncodingAESKey") from error
        if len(encoding_aes_key) != 43 or len(self._key) != 32:
            raise ValueError("EncodingAESKey")
        self._app_id = app_id.encode()

    def encrypt(self, message: bytes, random16: bytes | None = None) -> str:
        """Base64 of 16 random bytes, the length of the message, the message and the account's id."""
        head = (random16 or secrets.token_hex(_RANDOM // 2).encode()) + struct.pack(">I", len(message))
        padder = padding.PKCS7(BLOCK_BITS).padder()
        padded = padder.update(head + message + self._app_id) + padder.finalize()
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def decrypt(self, encrypted: str) -> bytes:
        """The message; raises Refused where this key does not open it or it is for another account."""
        try:
            decryptor = self._cipher().decryptor()
            padded = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
            unpadder = padding.PKCS7(BLOCK_BITS).unpadder()
            plain = unpadder.update(padded) + unpadder.finalize()
            (length,) = struct.unpack(">I", plain[_RANDOM : _RANDOM + _LENGTH])
        except (ValueError, binascii.Error, struct.error) as error:
            raise Refused("the key does not open it") from error
        body = plain[_RANDOM + _LENGTH :]
        if not hmac.compare_digest(body[length:], self._app_id) or length > len(body):
            raise Refused("it is for another account")
        return body[:length]

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))


def open_with(envelopes: tuple[Envelope, ...], encrypted: str) -> Opened:
    """By the first key that opens it, the current one first; raises Refused."""
    for envelope in envelopes:
        try:
            return Opened(envelope.decrypt(encrypted), envelope)
        except Refused:
            continue
    raise Refused("no key opens it")
