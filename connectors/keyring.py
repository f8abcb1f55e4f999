"""The key ring (密钥环): citizens' words are sealed before they reach a column; keys rotate, newest first."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from connectors.errors import SettingError, Unreadable

DROPPED = "keys.dropped"
"""Beside the keys: those that are out of use, until somebody deletes them."""


class KeyRing:
    """Seals with the newest key, opens with any (AES-CBC with HMAC, as Fernet specifies)."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        try:
            self._newest, *_ = fernets = [Fernet(key) for key in keys]
            self._fernet = MultiFernet(fernets)
        except ValueError as error:
            raise SettingError("WENFA_KEYS", "每个密钥应是 32 字节的 URL 安全 base64") from error
        self._index_keys = [hmac.digest(key.encode(), b"wenfa index", hashlib.sha256) for key in keys]

    def index(self, text: str) -> str:
        """A blind index (盲索引): found again by the same text, by nobody without the keys. 64 hexadecimal digits."""
        return self.indexes(text)[0]

    def indexes(self, text: str) -> list[str]:
        """The index under every key of the ring, newest first: what is stored may be of an older one."""
        return [hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in self._index_keys]

    def seal(self, data: bytes) -> bytes:
        return self._fernet.encrypt(data)

    def unseal(self, token: bytes) -> bytes:
        """Raises Unreadable when no key of the ring opens it."""
        try:
            return self._fernet.decrypt(bytes(token))
        except InvalidToken as error:
            raise Unreadable from error

    def is_newest(self, token: bytes) -> bool:
        """Whether the newest key has sealed it."""
        try:
            self._newest.decrypt(token)
        except InvalidToken:
            return False
        return True

    def reseal(self, token: bytes) -> bytes:
        """The same under the newest key; raises Unreadable."""
        try:
            return self._fernet.rotate(token)
        except InvalidToken as error:
            raise Unreadable from error

    def seal_text(self, text: str) -> bytes:
        return self.seal(text.encode())

    def unseal_text(self, token: bytes) -> str:
        return self.unseal(token).decode()


def open_keyring(keys: tuple[str, ...], home: Path, sealed: bytes | None) -> KeyRing:
    """The keys of the settings, or those of `home/keys`, readable by the owner only.

    `sealed` is something the database holds already, None where it holds nothing: only then is a new key made. Raises
    SettingError where the keys do not open it, so that nobody goes on with keys that lose what was said before.
    """
    ring = KeyRing(keys or _stored_keys(home / "keys", make=sealed is None))
    if sealed is not None:
        try:
            ring.unseal(sealed)
        except Unreadable as error:
            raise SettingError("WENFA_KEYS", "现有密钥打不开数据库里已存的内容，请把原来的密钥加回来") from error
    return ring


def add_key(path: Path) -> int:
    """A new key before those of a file, written whole or not at all; how many there are now."""
    keys = (Fernet.generate_key().decode(), *_stored_keys(path, make=True))
    _replace(path, keys)
    return len(keys)


def keep_newest_key(path: Path) -> int:
    """Leaves the first key of a file; how many went. They are put aside: what a service that was not started again has
    sealed meanwhile must not be lost.
    """
    newest, *others = _stored_keys(path, make=False)
    aside = path.with_name(DROPPED)
    _replace(aside, (*others, *(_stored_keys(aside, make=False) if aside.exists() else ())))
    _replace(path, (newest,))
    return len(others)


def _replace(path: Path, keys: Sequence[str]) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write("\n".join(keys) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise SettingError("WENFA_HOME", f"写不了密钥文件 {path}（{error.strerror}）") from error
    finally:
        draft.unlink(missing_ok=True)


def _stored_keys(path: Path, *, make: bool) -> tuple[str, ...]:
    if not path.exists():
        if not make:
            raise SettingError("WENFA_KEYS", f"密钥文件 {path} 不见了，数据库里的内容要靠它打开，请从备份放回原处")
        return (_made_key(path),)
    try:
        keys = tuple(path.read_text(encoding="ascii").split())
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError("WENFA_KEYS", f"密钥文件 {path} 读不了，请从备份放回原处") from error
    if not keys:
        raise SettingError("WENFA_KEYS", f"密钥文件 {path} 是空的，请从备份放回原处")
    return keys


def _made_key(path: Path) -> str:
    """A new key, written whole or not at all; where another process was first, that one's."""
    key = Fernet.generate_key()
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(key + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return path.read_text(encoding="ascii").split()[0]
    except OSError as error:
        raise SettingError("WENFA_HOME", f"写不了密钥文件 {path}（{error.strerror}）") from error
    finally:
        draft.unlink(missing_ok=True)
    return key.decode()
