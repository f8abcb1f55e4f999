"""Settings are read once, refused clearly, and documented."""

from __future__ import annotations

import pytest

from connectors.errors import SettingError
from connectors.keyring import KeyRing, open_keyring
from connectors.settings import ROOT, SETTINGS, Settings


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_setting_is_documented_in_the_readme(setting) -> None:  # type: ignore[no-untyped-def]
    assert f"`{setting.name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WENFA_PORT", "http"),
        ("WENFA_PORT", "70000"),
        ("WENFA_LOG_LEVEL", "LOUD"),
        ("WENFA_DATABASE_URL", "mysql://x"),
        ("WENFA_CASE_WEBHOOK", "http://127.0.0.1/x"),
    ],
)
def test_wrong_setting_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingError, match="WENFA_"):
        Settings.read({name: value})


def test_secrets_do_not_show_in_the_repr() -> None:
    shown = repr(Settings.read({"WENFA_KEYS": "hush", "WENFA_DATABASE_URL": "postgresql+asyncpg://u:hush@h/d"}))
    assert "hush" not in shown


def test_keys_are_made_once_and_for_the_owner_only(tmp_path) -> None:  # type: ignore[no-untyped-def]
    sealed = open_keyring((), tmp_path).seal_text("话")
    assert open_keyring((), tmp_path).unseal_text(sealed) == "话"
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0


def test_rotated_key_ring_opens_what_the_old_key_sealed() -> None:
    from cryptography.fernet import Fernet

    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    sealed = KeyRing((old,)).seal_text("话")
    assert KeyRing((new, old)).unseal_text(sealed) == "话"
    with pytest.raises(SettingError):
        KeyRing((new,)).unseal_text(sealed)


def test_malformed_key_is_refused_by_name() -> None:
    with pytest.raises(SettingError, match="WENFA_KEYS"):
        KeyRing(("short",))
