"""The client of docs/api.md does what the page says, and events go on where one left."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from live_studio import LiveStudio
from PIL import Image

from paintreel.studio.accounts.invitations import accept
from paintreel.studio.accounts.signing_in import make_token
from paintreel.studio.settings import StudioSettings
from paintreel.studio.store.database import open_store

pytest.importorskip("httpx")
REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.timeout(600)


def test_the_client_of_the_page_brings_a_painting_home(tmp_path):
    page = (REPOSITORY / "docs" / "api.md").read_text("utf-8")
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1]
    Image.linear_gradient("L").convert("RGB").resize((96, 64)).save(tmp_path / "photo.jpg")
    before = (tmp_path / "photo.jpg").read_bytes()
    with LiveStudio(tmp_path / "data") as studio:
        store = open_store(StudioSettings(data=studio.data))
        secret = studio.first_link().rsplit("/", 1)[1]
        token = make_token(store, accept(store, secret, "ada", "a few words in a row"), "farm")
        store.close()
        code = code.replace("http://127.0.0.1:8321", studio.address).replace("ptr_...", token)
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    told = [ast.literal_eval(line) for line in done.stdout.splitlines()]
    assert (told[0]["status"], told[-1]["status"]) == ("queued", "finished")
    assert [row["at_s"] for row in told] == sorted(row["at_s"] for row in told)
    assert (tmp_path / "photo.jpg").read_bytes() == before  # what was given stays
    assert (tmp_path / "painted" / "photo.jpg").read_bytes() != before
    assert (tmp_path / "painted" / "CREDITS.txt").is_file()
