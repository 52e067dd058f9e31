"""Objects of S3-compatible storage by their URLs: listed, fetched, put, removed.

Keys come from the environment alone (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, and
`AWS_SESSION_TOKEN` where there is one; `AWS_ENDPOINT_URL` names a server that is not Amazon's), and
never from a URL, a file or a service of the machine; they stand in no message. An object appears
when its last byte is there: half of one is never seen.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from paintreel.errors import InputError, MissingExtra, OutputError, UnreadableFile

__all__ = [
    "StoredObject",
    "check_url",
    "fetch",
    "is_stored",
    "is_url",
    "list_objects",
    "put",
    "put_folder",
    "read",
    "remove_below",
    "state_of",
    "write",
]

_SCHEME = "s3"
_KEY, _SECRET, _TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_CONNECT_S, _READ_S, _TRIES = 5, 60, 3
_NAME_BYTES = 1024


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object: its URL, its name below what was listed, its size."""

    url: str
    name: str
    size_bytes: int


def is_url(text: str) -> bool:
    """Whether a text is the URL of something, and not the name of a file.

    >>> is_url("s3://bucket/clip.mp4"), is_url("clips/a.mp4"), is_url("C://clip.mp4")
    (True, False, False)
    """
    scheme, found, _ = text.partition("://")
    return bool(found) and len(scheme) > 1 and scheme.isalnum()


def check_url(url: str) -> str:
    """The URL of an object or of what lies below a name. Raises InputError."""
    parts = urlsplit(url)
    if parts.scheme != _SCHEME:
        raise InputError(f"{parts.scheme}:// is not read or written; expected s3://BUCKET/NAME")
    if "@" in parts.netloc or ":" in parts.netloc:
        raise InputError(
            "an s3:// URL names a bucket and nothing else before the first slash; keys belong "
            f"into {_KEY} and {_SECRET}"
        )
    if not parts.netloc:
        raise InputError(f"{url} names no bucket; expected s3://BUCKET/NAME")
    return url


def list_objects(url: str) -> list[StoredObject]:
    """What lies at a URL: the object of that name, or all below it, in order of their names.

    Raises UnreadableFile where there is nothing, or nothing may be seen.
    """
    place = _place(url)
    with _reading(url):
        system = _system()
        found = system.find(place, detail=True)
    rows = [row for row in found.values() if row.get("type") == "file"]
    if not rows:
        raise UnreadableFile(url, "there is no such object, and none below that name")
    exact = len(rows) == 1 and rows[0]["name"] == place
    return [
        StoredObject(
            f"{_SCHEME}://{row['name']}",
            row["name"].rsplit("/", 1)[-1] if exact else row["name"].removeprefix(f"{place}/"),
            int(row["size"]),
        )
        for row in sorted(rows, key=lambda row: str(row["name"]))
    ]


def is_stored(url: str) -> bool:
    """Whether there is an object of that name, or one below it."""
    with _reading(url):
        return bool(_system().exists(_place(url)))


def state_of(url: str) -> str:
    """What changes when another object takes its place. Raises UnreadableFile."""
    with _reading(url):
        info = _system().info(_place(url))
    return f"{info.get('size')} {info.get('ETag')}"


def fetch(url: str, path: Path) -> None:
    """Copy an object into a file. Raises UnreadableFile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _reading(url):
        _system().get_file(_place(url), str(path))


def read(url: str) -> bytes | None:
    """The bytes of an object, None where there is none. Raises UnreadableFile."""
    with _reading(url):
        try:
            return bytes(_system().cat_file(_place(url)))
        except FileNotFoundError:
            return None


def put(path: Path, url: str) -> None:
    """Copy a file into storage, whole or not at all. Raises OutputError."""
    size = path.stat().st_size
    with _writing(url):
        system = _system()
        system.put_file(str(path), _place(url))
        stored = int(system.info(_place(url))["size"])
    if stored != size:
        remove_below(url)
        raise OutputError(f"cannot write {url}: {stored} of {size} bytes arrived")


def put_folder(folder: Path, url: str, *, last: str) -> None:
    """Copy the files of a folder, the one called `last` at the end: with it all are there.

    Where one fails, those that were copied are removed again. Raises OutputError.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    files.sort(key=lambda path: path.name == last)
    put_so_far = []
    try:
        for path in files:
            target = f"{url}/{path.relative_to(folder).as_posix()}"
            put(path, target)
            put_so_far.append(target)
    except BaseException:
        for target in put_so_far:
            with suppress(OutputError):
                remove_below(target)
        raise


def write(url: str, content: bytes) -> None:
    """Put bytes into storage, whole or not at all. Raises OutputError."""
    with _writing(url):
        _system().pipe_file(_place(url), content)


def remove_below(url: str) -> None:
    """Remove an object, or all below a name; what is not there is no error. Raises OutputError."""
    with _writing(url):
        system = _system()
        names = system.find(_place(url))
        if names:
            system.rm(names)


# The connection.


def _place(url: str) -> str:
    parts = urlsplit(check_url(url))
    # Not parts.path alone: a name may hold a question mark.
    return f"{parts.netloc}{url.removeprefix(f'{_SCHEME}://{parts.netloc}')}".rstrip("/")


def _system() -> Any:
    values = [os.environ.get(name) for name in (_KEY, _SECRET, _TOKEN)]
    if not values[0] or not values[1]:
        raise InputError(f"storage needs its keys: set {_KEY} and {_SECRET} in the environment")
    endpoint = next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), None)
    return _connection(os.getpid(), *values, endpoint)


@cache
def _connection(pid: int, *access: str | None) -> Any:
    """A connection, one a process."""
    try:
        import s3fs
    except ImportError:
        raise MissingExtra("storage (s3://...)", "s3") from None
    key, secret, token, endpoint = access
    return s3fs.S3FileSystem(
        key=key,
        secret=secret,
        token=token,
        endpoint_url=endpoint,
        use_listings_cache=False,  # others write there too
        skip_instance_cache=True,
        config_kwargs={
            "connect_timeout": _CONNECT_S,
            "read_timeout": _READ_S,
            "retries": {"max_attempts": _TRIES},
        },
    )


@contextmanager
def _reading(url: str) -> Iterator[None]:
    try:
        yield
    except (InputError, MissingExtra):
        raise
    except Exception as error:  # of several libraries, which have no common one
        raise UnreadableFile(url, _reason(error)) from None


@contextmanager
def _writing(url: str) -> Iterator[None]:
    try:
        yield
    except (InputError, MissingExtra):
        raise
    except Exception as error:
        raise OutputError(f"cannot write {url}: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    """Why storage refused, in a line without keys."""
    if isinstance(error, FileNotFoundError):
        return "there is no such bucket or object"
    if isinstance(error, PermissionError):
        return f"access denied; do {_KEY} and {_SECRET} belong to the bucket?"
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return "the name is too long for storage, or for a file of this machine while it is here"
    text = " ".join(str(error).split()) or type(error).__name__
    if "KeyTooLong" in text:
        return f"the name is too long; storage takes {_NAME_BYTES} bytes"
    if "connect" in text.lower() or isinstance(error, (ConnectionError, TimeoutError)):
        endpoint = next((os.environ[n] for n in _ENDPOINTS if os.environ.get(n)), "Amazon's server")
        return f"{_without_secrets(endpoint)} does not answer"
    return _without_secrets(text)[:300]


def _without_secrets(text: str) -> str:
    for name in (_KEY, _SECRET, _TOKEN):
        if value := os.environ.get(name):
            text = text.replace(value, "***")
    return text
