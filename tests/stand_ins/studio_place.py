"""A studio for tests: store, web app and users in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from paintreel.studio.accounts.invitations import accept, invite
from paintreel.studio.accounts.users import User
from paintreel.studio.files.stored import StoredFile, file_of
from paintreel.studio.files.uploads import Receiver, begin_upload
from paintreel.studio.settings import StudioSettings, Surroundings
from paintreel.studio.store.database import Store, open_store
from paintreel.studio.store.migrate import migrate
from paintreel.studio.web.app import make_app
from paintreel.studio.work.jobs import JobRequest, StudioJob, create_jobs, job_by_id

PASSWORD = "a few words in a row"


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


class Place:
    """A studio: store, settings, and what tests do with it again and again."""

    def __init__(self, data: Path, clock: Callable[[], float], **settings: Any) -> None:
        self.settings = StudioSettings(
            data=data,
            surroundings=Surroundings(clock=clock),
            address="http://testserver",
            **settings,
        )
        self.settings.make_folders()
        self.store: Store = open_store(self.settings)
        migrate(self.store)

    def user(self, name: str, role: str = "artist") -> User:
        secret = invite(self.store, role=role, lasts_s=100)
        return accept(self.store, secret, name, PASSWORD)

    def upload(self, user: User, content: bytes, name: str = "a.png") -> StoredFile:
        file_id = begin_upload(self.store, self.settings, user, size_bytes=len(content), name=name)
        with Receiver(self.store, self.settings, self.file(file_id), 0) as receiver:
            receiver.take(content)
        assert receiver.finish()
        return self.file(file_id)

    def file(self, file_id: str) -> StoredFile:
        with self.store.reading() as c:
            found = file_of(c, file_id)
        assert found is not None
        return found

    def job(self, job_id: str) -> StudioJob:
        with self.store.reading() as c:
            found = job_by_id(c, job_id)
        assert found is not None
        return found

    def ask(self, user: User, verb: str = "scene", **answers: Any) -> StudioJob:
        """A job that needs no file, unless one is given as `file`."""
        files = {}
        if (file := answers.pop("file", None)) is not None:
            name = "file" if verb == "info" else "inputs"
            files = {name: [(file.id, file.name)]}
        elif verb == "scene":
            answers.setdefault("words", "a forest")
        (job_id,) = create_jobs(self.store, user, [JobRequest(verb, answers, files)])
        return self.job(job_id)

    def client(self) -> TestClient:
        return TestClient(make_app(self.store, self.settings), follow_redirects=False)

    def browser(self, name: str) -> Browser:
        """A browser that this user is signed in with."""
        browser = Browser(self.client())
        answer = browser.client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return browser


class Browser:
    """A client with a session, which sends its CSRF token."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    @property
    def csrf(self) -> str:
        page = self.client.get("/account").text
        return page.split('<meta name="csrf" content="')[1].split('"')[0]

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> Any:
        sent = {"X-CSRF-Token": self.csrf} | (headers or {})
        return self.client.request(method, path, headers=sent, **more)
