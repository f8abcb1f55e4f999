"""Digests over code and data, by which trained artefacts know whether they are still current."""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT_PATH = (
    "nlu/normalise.py",
    "nlu/normalise_data",
    "nlu/homophones.py",
    "nlu/sounds.py",
    "nlu/segment.py",
    "nlu/legal_terms.txt",
    "nlu/knowledge_terms.txt",
)
"""What turns a citizen's words into features."""


def digest_of(*names: str) -> str:
    """Over the files, or all files below the folders, named from the repository's root; changes with any byte.

    Raises FileNotFoundError for a name that is not there: a rename must not leave a stale model in use.
    """
    digest = hashlib.sha256()
    for name in names:
        path = ROOT / name
        if not path.exists():
            raise FileNotFoundError(f"{name}, named in a fingerprint, is not there")
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(file.relative_to(ROOT).as_posix().encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()
