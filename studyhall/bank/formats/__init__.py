"""Files in and out: one module a format, each `read()` to and `write()` from the same plain records."""

from __future__ import annotations

from pathlib import Path

from studyhall.bank.formats.reading import Reading, Refused

__all__ = ["Reading", "Refused", "read_bytes", "read_file"]


def read_file(path: Path, key_path: Path | None = None, *, name: str | None = None) -> Reading:
    """Questions of any file; `key_path` its key where that is a file of its own. Raises Refused.

    In this process and without limits: for files of strangers use `sandbox.read_apart`.
    """
    key = (key_path.read_bytes(), key_path.name) if key_path else None
    return read_bytes(path.read_bytes(), name or path.name, key)


def read_bytes(data: bytes, name: str, key: tuple[bytes, str] | None = None) -> Reading:
    """`key` is (bytes, name) of the second file."""
    from studyhall.bank.formats.opening import open_data

    return open_data(data, name, key)
