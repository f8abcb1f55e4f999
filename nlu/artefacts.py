"""What is built once and kept in a folder named by the fingerprint of all that went into it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def opened(
    folder: Path, open_: Callable[[Path], T], build: Callable[[Path], None], say: Callable[[str], None], what: str
) -> T:
    """What lies in the folder, built where it is missing or damaged; `what` is its name in what is said of that."""
    if folder.is_dir():
        try:
            return open_(folder)
        except Exception as error:  # noqa: BLE001 - whatever a damaged file makes of its reader
            say(f"{what} {folder.name} 坏了（{type(error).__name__}），重新准备")
            shutil.rmtree(folder)
    say(f"正在准备{what}（只在第一次启动或更新后，约一分钟）")
    build_in_place(folder, build)
    return open_(folder)


def build_in_place(folder: Path, build: Callable[[Path], None]) -> None:
    """Builds beside the final place and renames, so that what is half built is never seen; drops what was before.

    Where another process was faster, its result stands.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=folder.parent))
    try:
        build(draft)
        draft.replace(folder)
    except OSError:
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    for other in folder.parent.iterdir():
        if other != folder and not other.name.startswith("draft-"):
            shutil.rmtree(other, ignore_errors=True)
