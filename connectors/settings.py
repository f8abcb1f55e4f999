"""Settings: one table, read from the environment once; secrets never show in a repr."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yarl import URL

from connectors.errors import SettingError
from connectors.receivers import FOLDER, Receivers, read_receivers

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
    Setting(
        "WENFA_FEED_TOKEN", "", "token of call-centre software that asks for suggestions; empty: none", secret=True
    ),
    Setting("WENFA_PUBLIC_URL", "", "address of the service as citizens reach it, for links; empty: no links"),
    Setting("WENFA_WECHAT_APP_ID", "", "AppID of the WeChat official account; empty: no WeChat"),
    Setting("WENFA_WECHAT_TOKEN", "", "Token set in the account's console", secret=True),
    Setting("WENFA_WECHAT_AES_KEYS", "", "EncodingAESKey, the current one first; empty: plain mode only", secret=True),
    Setting("WENFA_WECHAT_APP_SECRET", "", "AppSecret; empty: passive replies only", secret=True),
    Setting("WENFA_WECHAT_NOTICE", "", "template of a subscription notice (订阅通知), verified accounts; empty: none"),
    Setting(
        "WENFA_WECHAT_NOTICE_FIELDS",
        "thing1=what,character_string2=number,time3=when,thing4=todo",
        "fields of that template and what each holds: what, number, when, todo",
    ),
    Setting("WENFA_WECHAT_API", "https://api.weixin.qq.com", "the platform's interface; another for a simulator"),
    Setting("WENFA_TURNS_PER_MINUTE", "120", "questions a minute that one client address may ask"),
    Setting("WENFA_PROXIES", "0", "reverse proxies in front that add to X-Forwarded-For; 0: clients connect directly"),
    Setting("WENFA_LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR; logs go to standard error"),
)


NOTICE_VALUES = frozenset({"what", "number", "when", "todo"})
"""What a field of a notice can hold: that somebody has answered, the case's number, the time, what to do."""


@dataclass(frozen=True, slots=True)
class WechatNotice:
    """The template of a subscription notice (订阅通知模板), and which of NOTICE_VALUES each of its fields holds."""

    template: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class WechatSettings:
    """One official account (公众号)."""

    app_id: str
    api: str
    token: str = field(repr=False)
    aes_keys: tuple[str, ...] = field(repr=False)
    app_secret: str = field(repr=False)
    notice: WechatNotice | None = None


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
    public_url: str | None
    wechat: WechatSettings | None
    receivers: Receivers
    feed_token: str = field(repr=False)
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
            case_webhook=_url("WENFA_CASE_WEBHOOK", value["WENFA_CASE_WEBHOOK"]),
            public_url=(_url("WENFA_PUBLIC_URL", value["WENFA_PUBLIC_URL"]) or "").rstrip("/") or None,
            wechat=_wechat(value),
            receivers=read_receivers(home / FOLDER, environment),
            turns_per_minute=_number("WENFA_TURNS_PER_MINUTE", value["WENFA_TURNS_PER_MINUTE"], 1, 1_000_000),
            proxies=_number("WENFA_PROXIES", value["WENFA_PROXIES"], 0, 9),
            log_level=_level(value["WENFA_LOG_LEVEL"]),
            feed_token=value["WENFA_FEED_TOKEN"],
            database_url=_database(value["WENFA_DATABASE_URL"], home),
            keys=tuple(key.strip() for key in value["WENFA_KEYS"].split(",") if key.strip()),
            case_webhook_secret=value["WENFA_CASE_WEBHOOK_SECRET"],
        )


def _number(name: str, text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit()) or not least <= int(text) <= most:
        raise SettingError(name, f"应是 {least} 到 {most} 的整数，现在是“{text}”")
    return int(text)


def _wechat(value: Mapping[str, str]) -> WechatSettings | None:
    app_id, token = value["WENFA_WECHAT_APP_ID"], value["WENFA_WECHAT_TOKEN"]
    if not app_id:
        return None
    if not token:
        raise SettingError("WENFA_WECHAT_TOKEN", "设了 WENFA_WECHAT_APP_ID 就必须设后台里填的 Token")
    keys = tuple(key.strip() for key in value["WENFA_WECHAT_AES_KEYS"].split(",") if key.strip())
    if not all(re.fullmatch("[A-Za-z0-9]{43}", key) for key in keys):
        raise SettingError("WENFA_WECHAT_AES_KEYS", "每个 EncodingAESKey 是 43 个字母和数字")
    api = (_url("WENFA_WECHAT_API", value["WENFA_WECHAT_API"]) or "").rstrip("/")
    return WechatSettings(app_id, api, token, keys, value["WENFA_WECHAT_APP_SECRET"], _notice(value))


def _notice(value: Mapping[str, str]) -> WechatNotice | None:
    template, name = value["WENFA_WECHAT_NOTICE"], "WENFA_WECHAT_NOTICE_FIELDS"
    if not template:
        return None
    if not re.fullmatch("[A-Za-z0-9_-]{20,128}", template):
        raise SettingError("WENFA_WECHAT_NOTICE", "应是后台“订阅通知”里的模板 ID")
    pairs = [one.partition("=") for one in value[name].replace(" ", "").split(",")]
    fields = {left: right for left, _, right in pairs}
    if len(fields) != len(pairs) or not all(re.fullmatch("[a-z_]+[0-9]+", left) for left in fields):
        raise SettingError(name, "应写成 thing1=what,time2=when 的样子，字段名照模板，不重复")
    if not set(fields.values()) <= NOTICE_VALUES:
        raise SettingError(name, f"等号后面只能是 {'、'.join(sorted(NOTICE_VALUES))}")
    return WechatNotice(template, fields)


def _url(name: str, text: str) -> str | None:
    if not text:
        return None
    try:
        url = URL(text)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise SettingError(name, f"应是 http:// 或 https:// 开头的完整地址，现在是“{text}”")
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
