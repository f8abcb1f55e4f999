"""Settings: one table, read from the environment once; secrets never show in a repr."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yarl import URL

from connectors.errors import SettingError

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: environment name, default as text, help for the README."""

    name: str
    default: str
    help: str
    secret: bool = False


SETTINGS = (
    Setting("WENFA_HOST", "127.0.0.1", "address to listen on"),
    Setting("WENFA_PORT", "8080", "port to listen on"),
    Setting("WENFA_HOME", "var", "folder for the database, keys, index and trained dialogue model"),
    Setting(
        "WENFA_DATABASE_URL",
        "",
        "database; empty: SQLite in WENFA_HOME; PostgreSQL: postgresql+asyncpg://user:password@host/name",
        secret=True,
    ),
    Setting(
        "WENFA_KEYS", "", "encryption keys, newest first, comma-separated; empty: kept in WENFA_HOME/keys", secret=True
    ),
    Setting("WENFA_CITY", "zhongshan", "city of the service: a file of knowledge/cities"),
    Setting("WENFA_ENCODER", "", "sentence-transformers folder or model name; empty: the encoder of the repository"),
    Setting("WENFA_CASE_WEBHOOK", "", "URL that is told of every new case; empty: nobody"),
    Setting("WENFA_CASE_WEBHOOK_SECRET", "", "secret that signs what the case webhook receives", secret=True),
    Setting("WENFA_TURNS_PER_MINUTE", "120", "questions a minute that one client address may ask"),
    Setting("WENFA_PROXIES", "0", "reverse proxies in front that add to X-Forwarded-For; 0: clients connect directly"),
    Setting("WENFA_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR; logs go to standard error"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process, validated."""

    host: str
    port: int
    home: Path
    city: str
    encoder: str | None
    case_webhook: str | None
    turns_per_minute: int
    proxies: int
    log_level: str
    database_url: str = field(repr=False)
    keys: tuple[str, ...] = field(repr=False)
    case_webhook_secret: str = field(repr=False)

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """From the environment; raises SettingError naming the first setting that is wrong."""
        value = {s.name: environment.get(s.name, "").strip() or s.default for s in SETTINGS}
        home = ROOT / Path(value["WENFA_HOME"]).expanduser()
        if value["WENFA_CASE_WEBHOOK"] and not value["WENFA_CASE_WEBHOOK_SECRET"]:
            raise SettingError("WENFA_CASE_WEBHOOK_SECRET", "设了 WENFA_CASE_WEBHOOK 就必须设签名密钥")
        return cls(
            host=value["WENFA_HOST"],
            port=_number("WENFA_PORT", value["WENFA_PORT"], 0, 65535),
            home=home,
            city=value["WENFA_CITY"],
            encoder=value["WENFA_ENCODER"] or None,
            case_webhook=_webhook(value["WENFA_CASE_WEBHOOK"]),
            turns_per_minute=_number("WENFA_TURNS_PER_MINUTE", value["WENFA_TURNS_PER_MINUTE"], 1, 1_000_000),
            proxies=_number("WENFA_PROXIES", value["WENFA_PROXIES"], 0, 9),
            log_level=_level(value["WENFA_LOG_LEVEL"]),
            database_url=_database(value["WENFA_DATABASE_URL"], home),
            keys=tuple(key.strip() for key in value["WENFA_KEYS"].split(",") if key.strip()),
            case_webhook_secret=value["WENFA_CASE_WEBHOOK_SECRET"],
        )


def _number(name: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise SettingError(name, f"应是 {least} 到 {most} 的整数，现在是“{text}”")
    return int(text)


def _webhook(text: str) -> str | None:
    if not text:
        return None
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise SettingError("WENFA_CASE_WEBHOOK", f"应是 http:// 或 https:// 开头的完整地址，现在是“{text}”")
    return text


def _level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise SettingError("WENFA_LOG_LEVEL", f"日志级别应是 DEBUG、INFO、WARNING 或 ERROR，现在是“{text}”")
    return text.upper()


def _database(url: str, home: Path) -> str:
    if not url:
        return f"sqlite+aiosqlite:///{home / 'wenfa.db'}"
    if not url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
        raise SettingError("WENFA_DATABASE_URL", "应以 sqlite+aiosqlite:// 或 postgresql+asyncpg:// 开头")
    return url
