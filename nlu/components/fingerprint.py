"""A digest over helper modules and data, for `fingerprint_addon`."""

from __future__ import annotations

import hashlib
from pathlib import Path

_NLU = Path(__file__).parents[1]


def digest_of(*names: str) -> str:
    """Over the files (or folders) named relative to `nlu/`; changes with any byte."""
    digest = hashlib.sha256()
    for name in names:
        path = _NLU / name
        files = sorted(p for p in path.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
        for file in files if path.is_dir() else [path]:
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
