"""The key ring (密钥环): citizens' words are sealed before they reach a column; keys rotate, newest first."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from connectors.errors import SettingError


class KeyRing:
    """Seals with the newest key, opens with any (AES-CBC with HMAC, as Fernet specifies)."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise SettingError("WENFA_KEYS", "每个密钥应是 32 字节的 URL 安全 base64") from error

    def seal(self, data: bytes) -> bytes:
        return self._fernet.encrypt(data)

    def unseal(self, token: bytes) -> bytes:
        """Raises SettingError when no key of the ring opens it."""
        try:
            return self._fernet.decrypt(bytes(token))
        except InvalidToken as error:
            raise SettingError("WENFA_KEYS", "现有密钥打不开已存的内容，请把旧密钥加回来") from error

    def seal_text(self, text: str) -> bytes:
        return self.seal(text.encode())

    def unseal_text(self, token: bytes) -> str:
        return self.unseal(token).decode()


def open_keyring(keys: tuple[str, ...], home: Path) -> KeyRing:
    """The keys of the settings, or those of `home/keys`, made on first use and readable by the owner only."""
    return KeyRing(keys or _stored_keys(home / "keys"))


def _stored_keys(path: Path) -> tuple[str, ...]:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return tuple(path.read_text(encoding="ascii").split())
    with os.fdopen(descriptor, "wb") as file:
        key = Fernet.generate_key()
        file.write(key + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return (key.decode(),)
