"""What is built once and kept in a folder named by the fingerprint of all that went into it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


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
