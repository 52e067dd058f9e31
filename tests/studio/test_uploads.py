"""Uploads by tus: resumed, capped, sniffed, under generated names; and what is served of them."""

from __future__ import annotations

import base64
import errno
import io
import zipfile

import pytest
from sqlalchemy import update

from paintreel.errors import InputError
from paintreel.studio.files.stored import file_of, place_of
from paintreel.studio.files.uploads import Receiver, UploadConflict, begin_upload
from paintreel.studio.manager.housekeeping import keep_house
from paintreel.studio.store import tables
from paintreel.studio.store.database import StoreFull

TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = TUS | {"Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def browser(place):
    place.user("ada")
    return place.browser("ada")


def create(browser, length, name="a.png", **headers):
    packed = base64.b64encode(name.encode()).decode()
    sent = TUS | {"Upload-Length": str(length), "Upload-Metadata": f"filename {packed}"} | headers
    return browser.ask("POST", "/api/v1/uploads", headers=sent)


def patch(browser, url, offset, content):
    headers = CHUNK | {"Upload-Offset": str(offset)}
    return browser.ask("PATCH", url, headers=headers, content=content)


def test_an_upload_in_pieces_is_whole_and_comes_back_as_it_was(browser, png):
    begun = create(browser, len(png))
    assert begun.status_code == 201
    url = begun.headers["location"]
    assert patch(browser, url, 0, png[:100]).headers["upload-offset"] == "100"
    head = browser.client.head(url, headers=TUS)
    assert head.headers["upload-offset"] == "100"
    assert patch(browser, url, 50, png[50:]).status_code == 409
    assert patch(browser, url, 100, png[100:]).status_code == 204
    back = browser.get(f"/files/{url.rsplit('/', 1)[1]}")
    assert back.content == png
    assert back.headers["content-type"] == "image/png"


def test_what_a_killed_process_wrote_beyond_the_offset_is_written_over(place, png):
    user = place.user("ada")
    file_id = begin_upload(place.store, place.settings, user, size_bytes=len(png), name="a.png")
    with Receiver(place.store, place.settings, place.file(file_id), 0) as receiver:
        receiver.take(png[:40])
    path = place_of(place.settings, file_id)
    with path.open("ab") as torn:  # bytes of which the store knows nothing
        torn.write(b"torn")
    with Receiver(place.store, place.settings, place.file(file_id), 40) as receiver:
        receiver.take(png[40:])
    assert receiver.finish()
    assert path.read_bytes() == png


def test_an_upload_is_whole_with_its_last_byte(place, png):
    """There is no moment between, in which its process could die and leave it neither."""
    user = place.user("ada")
    file_id = begin_upload(place.store, place.settings, user, size_bytes=len(png), name="a.png")
    with Receiver(place.store, place.settings, place.file(file_id), 0) as receiver:
        receiver.take(png)
    assert (place.file(file_id).kind, place.file(file_id).is_whole) == ("picture", True)


def test_an_upload_that_is_no_picture_goes_with_its_last_byte(place):
    user = place.user("ada")
    file_id = begin_upload(place.store, place.settings, user, size_bytes=4, name="a.png")
    with Receiver(place.store, place.settings, place.file(file_id), 0) as receiver:
        receiver.take(b"\0\1\2\3")
    with place.store.reading() as c:
        assert file_of(c, file_id) is None
    assert not place_of(place.settings, file_id).exists()
    with pytest.raises(InputError, match=r"a\.png"):
        receiver.finish()


def test_uploads_go_two_days_after_their_last_byte_and_not_before(place, png, clock):
    user = place.user("ada")
    slow, stuck = (
        begin_upload(place.store, place.settings, user, size_bytes=len(png), name="a.png")
        for _ in range(2)
    )
    values = {"offset_bytes": len(png)}  # as an earlier version left it that died at the last byte
    query = update(tables.files).where(tables.files.c.id == stuck).values(values)
    place.store.write(lambda c: c.execute(query))
    for at in range(3):
        clock.now_s += 1.5 * 86_400
        with Receiver(place.store, place.settings, place.file(slow), at) as receiver:
            receiver.take(png[at : at + 1])
        keep_house(place.store, place.settings)
    assert place.file(slow).offset_bytes == 3
    with place.store.reading() as c:
        assert file_of(c, stuck) is None
    clock.now_s += 2.1 * 86_400
    keep_house(place.store, place.settings)
    with place.store.reading() as c:
        assert file_of(c, slow) is None


def test_two_requests_do_not_write_one_upload(place, png):
    user = place.user("ada")
    file_id = begin_upload(place.store, place.settings, user, size_bytes=len(png), name="a.png")
    with (
        Receiver(place.store, place.settings, place.file(file_id), 0),
        pytest.raises(UploadConflict, match="another request"),
        Receiver(place.store, place.settings, place.file(file_id), 0),
    ):
        pass


def test_more_than_was_announced_is_cut_off_while_it_comes(browser, place, png):
    url = create(browser, 100).headers["location"]
    answer = patch(browser, url, 0, png)
    assert answer.status_code == 413
    stored = place.file(url.rsplit("/", 1)[1])
    assert stored.offset_bytes <= 100
    assert place_of(place.settings, stored.id).stat().st_size <= 100


def test_what_is_too_large_or_beyond_the_quota_is_refused_at_once(make_place):
    place = make_place("small", max_upload_bytes=1000, quota_bytes=1500)
    place.user("ada")
    browser = place.browser("ada")
    assert create(browser, 1001).status_code == 413
    assert create(browser, 0).status_code == 422
    assert create(browser, 900).status_code == 201
    answer = create(browser, 900)
    assert answer.status_code == 507
    assert "quota" in answer.json()["error"]


def test_a_full_disk_is_told_and_what_came_is_kept(place, png):
    user = place.user("ada")
    file_id = begin_upload(place.store, place.settings, user, size_bytes=len(png), name="a.png")

    class Full(io.RawIOBase):
        def __init__(self, file):
            self.file = file

        def write(self, piece):
            raise OSError(errno.ENOSPC, "No space left on device")

        def fileno(self):
            return self.file.fileno()

        def close(self):
            self.file.close()

    receiver = Receiver(place.store, place.settings, place.file(file_id), 0)
    with receiver:
        receiver.take(png[:30])
        receiver._file = Full(receiver._file)
        with pytest.raises(StoreFull, match="full"):
            receiver.take(png[30:])
    assert place.file(file_id).offset_bytes == 30


def archive():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("../../evil.txt", "x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.png", b"<!doctype html><script>alert(1)</script>"),
        ("drawing.svg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("page.txt", b"  <html><body>"),
        ("slip.zip", archive()),
        ("model.onnx", archive()),
        ("program.png", b"\x7fELF\x02\x01\x01" + bytes(40)),
        ("paper.pdf", b"%PDF-1.7 ..."),
        ("zeros.png", bytes(100)),
    ],
)
def test_what_no_verb_reads_is_refused_and_gone(browser, place, name, content):
    url = create(browser, len(content), name).headers["location"]
    answer = patch(browser, url, 0, content)
    assert answer.status_code == 415, answer.text
    assert name in answer.json()["error"]
    assert browser.get(url).status_code == 404
    assert [p for p in place.settings.uploads.rglob("*") if p.is_file()] == []


def test_a_polyglot_is_served_as_the_picture_that_it_begins_as(browser, png):
    content = png + b"<script>alert(1)</script>" + archive()
    url = create(browser, len(content), "both.html").headers["location"]
    patch(browser, url, 0, content)
    answer = browser.get(f"/files/{url.rsplit('/', 1)[1]}")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "name", ["../../../etc/cron.d/x.png", "..\\..\\x.png", "/etc/x.png", "a\r\nSet-Cookie: x=y.png"]
)
def test_names_lead_nowhere(browser, place, png, name):
    url = create(browser, len(png), name).headers["location"]
    patch(browser, url, 0, png)
    stored = place.file(url.rsplit("/", 1)[1])
    assert "/" not in stored.name
    assert ".." not in stored.name
    files = [p for p in place.settings.data.rglob("*") if p.is_file() and p.read_bytes() == png]
    assert files == [place_of(place.settings, stored.id)]
    answer = browser.get(f"/files/{stored.id}")
    assert "set-cookie" not in answer.headers


def test_what_of_tus_is_spoken(browser):
    answer = browser.client.options("/api/v1/uploads")
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,termination"
    assert create(browser, 5, **{"Tus-Resumable": "0.2"}).status_code == 412


def test_an_upload_that_a_job_is_made_of_stays(browser, place, png):
    user = place.user("bob")
    file = place.upload(user, png)
    place.ask(user, "info", file=file)
    other = place.browser("bob")
    gone = other.ask("DELETE", f"/api/v1/uploads/{file.id}", headers=TUS)
    assert gone.status_code == 409
    free = place.upload(user, png)
    assert other.ask("DELETE", f"/api/v1/uploads/{free.id}", headers=TUS).status_code == 204
    assert not place_of(place.settings, free.id).exists()


def test_parts_of_a_file_are_served(place, png):
    user = place.user("ada")
    file = place.upload(user, png)
    answer = place.browser("ada").get(f"/files/{file.id}", headers={"Range": "bytes=2-9"})
    assert answer.status_code == 206
    assert answer.content == png[2:10]
