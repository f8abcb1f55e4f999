"""The menu below the conversation (自定义菜单): a file, and how the platform writes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from connectors.errors import SettingError

MENU_FILE = Path(__file__).with_name("menu.yaml")
ASK = "ask:"
"""A tap on a key that begins so stands for the words that follow."""
MOST_BUTTONS, MOST_ITEMS, MOST_KEY_BYTES = 3, 5, 128


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A button or an item below one: words that it says, or a page that it opens, or items."""

    name: str
    ask: str = ""
    url: str = ""
    items: tuple[Item, ...] = ()


def read_menu(path: Path = MENU_FILE) -> list[Item]:
    """Raises SettingError naming what the platform would refuse."""
    try:
        buttons = msgspec.yaml.decode(path.read_bytes(), type=list[Item])
    except (OSError, msgspec.DecodeError) as error:
        raise SettingError(str(path), f"菜单读不了（{error}）") from error
    if not 1 <= len(buttons) <= MOST_BUTTONS:
        raise SettingError(str(path), f"菜单有 1 到 {MOST_BUTTONS} 个按钮，现在是 {len(buttons)} 个")
    for button in buttons:
        if len(button.items) > MOST_ITEMS:
            raise SettingError(str(path), f"“{button.name}”下面最多 {MOST_ITEMS} 项")
        for item in button.items or (button,):
            _check(path, item)
    return buttons


def _check(path: Path, item: Item) -> None:
    if bool(item.ask) == bool(item.url) or item.items:
        raise SettingError(str(path), f"“{item.name}”要么写 ask，要么写 url")
    if len(f"{ASK}{item.ask}".encode()) > MOST_KEY_BYTES:
        raise SettingError(str(path), f"“{item.name}”的 ask 太长，最多 {MOST_KEY_BYTES - len(ASK)} 字节")


def as_platform(buttons: list[Item]) -> dict[str, Any]:
    """The body of `menu/create`."""
    return {"button": [_button(button) for button in buttons]}


def _button(item: Item) -> dict[str, Any]:
    if item.items:
        return {"name": item.name, "sub_button": [_button(one) for one in item.items]}
    if item.url:
        return {"type": "view", "name": item.name, "url": item.url}
    return {"type": "click", "name": item.name, "key": f"{ASK}{item.ask}"}
