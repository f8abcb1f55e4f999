"""Settings are read once, refused clearly, and documented."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from connectors.errors import SettingError, Unreadable
from connectors.keyring import KeyRing, open_keyring
from connectors.settings import ROOT, SETTINGS, Setting, Settings


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_setting_is_documented_in_the_readme(setting: Setting) -> None:
    assert f"`{setting.name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WENFA_PORT", "http"),
        ("WENFA_PORT", "70000"),
        ("WENFA_PORT", "²"),
        ("WENFA_PORT", "-1"),
        ("WENFA_TURNS_PER_MINUTE", "0"),
        ("WENFA_PROXIES", "many"),
        ("WENFA_LOG_LEVEL", "LOUD"),
        ("WENFA_DATABASE_URL", "mysql://x"),
        ("WENFA_DATABASE_URL", "sqlite+aiosqlite://"),
    ],
)
def test_wrong_setting_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"^{name}："):
        Settings.read({name: value})


@pytest.mark.parametrize("url", ["notaurl", "ftp://host/x", "http://", "//host/x", "http://[", "http://host:port/"])
def test_webhook_that_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingError, match=r"^WENFA_CASE_WEBHOOK："):
        Settings.read({"WENFA_CASE_WEBHOOK": url, "WENFA_CASE_WEBHOOK_SECRET": "s"})


def test_webhook_needs_its_secret() -> None:
    with pytest.raises(SettingError, match=r"^WENFA_CASE_WEBHOOK_SECRET："):
        Settings.read({"WENFA_CASE_WEBHOOK": "http://127.0.0.1/x"})


def test_secrets_do_not_show_in_the_repr() -> None:
    shown = repr(Settings.read({"WENFA_KEYS": "hush", "WENFA_DATABASE_URL": "postgresql+asyncpg://u:hush@h/d"}))
    assert "hush" not in shown


def test_keys_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    sealed = open_keyring((), tmp_path, None).seal_text("话")
    assert open_keyring((), tmp_path, sealed).unseal_text(sealed) == "话"
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_lost_key_file_is_not_replaced_while_there_is_something_to_open(tmp_path: Path) -> None:
    sealed = open_keyring((), tmp_path, None).seal_text("话")
    (tmp_path / "keys").unlink()
    with pytest.raises(SettingError, match="不见了"):
        open_keyring((), tmp_path, sealed)
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\x00\x80", b"short", "密钥".encode()])
def test_damaged_key_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keys").write_bytes(content)
    with pytest.raises(SettingError, match="WENFA_KEYS"):
        open_keyring((), tmp_path, None)


def test_another_key_is_refused_at_the_start(tmp_path: Path) -> None:
    sealed = KeyRing((Fernet.generate_key().decode(),)).seal_text("话")
    with pytest.raises(SettingError, match="打不开"):
        open_keyring((Fernet.generate_key().decode(),), tmp_path, sealed)


def test_rotated_key_ring_opens_what_the_old_key_sealed() -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = KeyRing((old,)).seal_text("话")
    assert KeyRing((new, old)).unseal_text(sealed) == "话"
    with pytest.raises(Unreadable):
        KeyRing((new,)).unseal_text(sealed)


def test_malformed_key_is_refused_by_name() -> None:
    with pytest.raises(SettingError, match="WENFA_KEYS"):
        KeyRing(("short",))
