"""Uploads that can be taken up again where they broke off, as tus 1.0 has them.

What counts is the offset in the store. Bytes are on the disk before it says so; what a killed
process wrote beyond it is written over.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import update
from sqlalchemy.engine import Connection

from paintreel.errors import InputError, PaintreelError
from paintreel.studio.accounts.users import User
from paintreel.studio.files.names import clean_name
from paintreel.studio.files.sniffing import type_of
from paintreel.studio.files.stored import (
    StoredFile,
    add_file,
    check_room,
    delete_rows,
    file_of,
    place_of,
    remove_from_disk,
)
from paintreel.studio.settings import StudioSettings
from paintreel.studio.store import tables
from paintreel.studio.store.database import Store, StoreFull

__all__ = ["Receiver", "UploadConflict", "UploadTooLarge", "begin_upload", "drop_upload"]


class UploadTooLarge(InputError):
    """More bytes than a file may have, or than were announced."""


class UploadConflict(PaintreelError):
    """Another request is writing this file, or the offset is not where it ended."""


def begin_upload(
    store: Store, settings: StudioSettings, user: User, *, size_bytes: int, name: str
) -> str:
    """The id of a new upload of so many bytes.

    Raises InputError, UploadTooLarge, and StoreFull where the quota or the disk has no room.
    """
    if size_bytes < 1:
        raise InputError(f"the upload has {size_bytes} bytes, expected 1 or more")
    if size_bytes > settings.max_upload_bytes:
        raise UploadTooLarge(
            f"{clean_name(name)} has {size_bytes / 1e6:,.0f} MB, the limit is "
            f"{settings.max_upload_bytes / 1e6:,.0f} MB"
        )

    def change(c: Connection) -> str:
        check_room(c, settings, user, size_bytes)
        return add_file(
            c,
            store,
            user_id=user.id,
            name=clean_name(name),
            kind="",
            media_type="",
            size_bytes=size_bytes,
            offset_bytes=0,
            role="upload",
        )

    return store.write(change)


class Receiver:
    """Takes the bytes of one request for one upload; a context manager.

    offset_bytes  where the request begins; UploadConflict where that is not where it ended

    Leaving the block keeps what has come, whole request or not. Raises UploadTooLarge for more
    than was announced, StoreFull where the disk is.
    """

    def __init__(
        self, store: Store, settings: StudioSettings, upload: StoredFile, offset_bytes: int
    ) -> None:
        self._store, self._settings, self._upload = store, settings, upload
        self._asked, self.offset_bytes = offset_bytes, 0
        self._path: Path = place_of(settings, upload.id)
        self._file: BinaryIO | None = None
        self._refused: InputError | None = None

    def __enter__(self) -> Receiver:
        import fcntl

        with _disk_told_plainly():
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(descriptor, "r+b", buffering=0)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with self._store.reading() as c:
                now = file_of(c, self._upload.id)
            if now is None or now.is_whole or now.offset_bytes != self._asked:
                raise UploadConflict(
                    f"the upload is at byte {0 if now is None else now.offset_bytes}, not at "
                    f"{self._asked}; ask where it is and go on from there"
                )
            self.offset_bytes = now.offset_bytes
            self._file.truncate(self.offset_bytes)
            self._file.seek(self.offset_bytes)
        except BlockingIOError:
            self._file.close()
            raise UploadConflict("another request is writing this upload; wait for it") from None
        except BaseException:
            self._file.close()
            raise
        return self

    def take(self, piece: bytes) -> None:
        """Write a piece."""
        assert self._file is not None
        if self.offset_bytes + len(piece) > self._upload.size_bytes:
            raise UploadTooLarge(
                f"more than the {self._upload.size_bytes} bytes that were announced have come"
            )
        view = memoryview(piece)
        with _disk_told_plainly():
            while view:
                written = self._file.write(view) or 0
                view = view[written:]
                self.offset_bytes += written

    def __exit__(self, *_: object) -> None:
        assert self._file is not None
        try:
            with _disk_told_plainly():
                os.fsync(self._file.fileno())
            self._note()
        finally:
            self._file.close()

    def _note(self) -> None:
        """Keep the new offset; with the last byte what the file is, at once, or forget it."""
        files = tables.files
        values: dict[str, object] = {
            "offset_bytes": self.offset_bytes,
            "used_s": self._store.now(),  # what still comes is in use
        }
        if self.offset_bytes == self._upload.size_bytes:
            try:
                found = type_of(self._path, self._upload.name)
            except InputError as error:
                self._refused = error
                drop_upload(self._store, self._settings, self._upload.id)
                return
            values |= {"kind": found.kind, "media_type": found.media_type}
        query = update(files).where(files.c.id == self._upload.id).values(values)
        self._store.write(lambda c: c.execute(query))

    def finish(self) -> bool:
        """Whether the file is whole. To be called after the block.

        Raises InputError for a file that no verb reads; it is removed then.
        """
        if self._refused is not None:
            raise self._refused
        return self.offset_bytes == self._upload.size_bytes


def drop_upload(store: Store, settings: StudioSettings, file_id: str) -> None:
    """Forget an upload and remove what has come of it. The caller has seen that no job needs it."""
    store.write(lambda c: delete_rows(c, [file_id]))
    remove_from_disk(settings, [file_id])


@contextmanager
def _disk_told_plainly() -> Iterator[None]:
    """Turns a full disk into StoreFull."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise StoreFull("the disk of the studio is full; tell its admin") from error
