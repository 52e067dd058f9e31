"""The list of docs/security.md, where no other test of the studio tries it."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

import paintreel
from paintreel.runtime.catalog import find_model
from paintreel.studio.files.stored import files_of_job, place_of
from paintreel.studio.forms.verbs import OFFERED
from paintreel.studio.manager.manager import Manager
from paintreel.studio.work.jobs import JobRequest, create_jobs
from paintreel.studio.work.leases import FoundFile, claim_job, finish_job

pytestmark = pytest.mark.timeout(280)
PACKAGE = Path(paintreel.__file__).parent
DECODERS = {"cv2", "PIL", "av", "onnxruntime", "numpy"}
IN_THE_CHILD = {"worker"}


# Decoding is the business of the limited process alone.


def test_the_web_process_loads_no_decoder():
    """Neither by the text of its modules nor when it has been loaded whole."""
    for path in (PACKAGE / "studio").rglob("*.py"):
        if path.relative_to(PACKAGE / "studio").parts[0] in IN_THE_CHILD:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & DECODERS, path
    code = (
        "import sys, paintreel.studio.web.app, paintreel.studio.forms.fields as f\n"
        f"[f.fields_of(verb) for verb in {sorted(OFFERED)!r}]\n"
        "print(*sorted({'av', 'onnxruntime', 'torch'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def _bomb() -> bytes:
    """A PNG of a few kilobytes that would be 3.6 billion pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return len(content).to_bytes(4, "big") + whole + zlib.crc32(whole).to_bytes(4, "big")

    side = (60_000).to_bytes(4, "big")
    header = side + side + bytes([8, 2, 0, 0, 0])
    body = zlib.compress(bytes(2_000_000), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.fixture
def real(make_place):
    return make_place("real", clock=time.time)


def _run(place, *jobs) -> None:
    """Let a manager work until the jobs are over."""
    manager = Manager(place.store, place.settings, name="tests")
    thread = threading.Thread(target=manager.run)
    thread.start()
    try:
        end_s = time.monotonic() + 240
        while any(place.job(job.id).is_active for job in jobs):
            assert time.monotonic() < end_s, "it did not end"
            time.sleep(0.05)
    finally:
        manager.stop.set()
        thread.join()


def _png() -> bytes:
    held = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((64, 48)).save(held, "PNG")
    return held.getvalue()


def test_bombs_fail_their_job_before_they_are_decoded(real):
    user = real.user("ada")
    file = real.upload(user, _bomb(), "small.png")
    job = real.ask(user, "lineart", file=file, method="rule")
    _run(real, job)
    ended = real.job(job.id)
    assert (ended.status, ended.deaths) == ("failed", 0)
    assert "3,600,000,000 pixels" in ended.error
    assert ended.memory_bytes < 2 * 10**9


def test_a_model_of_ones_own_is_run_in_the_limited_process(real):
    """A style that a user sends is taken where it is whole, and one that lies fails its job."""
    user = real.user("ada")
    style = find_model("ink", "stylize").path.read_bytes()
    picture = real.upload(user, _png())
    jobs = []
    for name, content in (("mine.onnx", style), ("lies.onnx", style[: len(style) // 2])):
        model = real.upload(user, content, name)
        files = {"inputs": [(picture.id, "a.png")], "style": [(model.id, name)]}
        (job_id,) = create_jobs(real.store, user, [JobRequest("stylize", {}, files)])
        jobs.append(real.job(job_id))
    _run(real, *jobs)
    good, bad = (real.job(job.id) for job in jobs)
    assert (good.status, good.error) == ("finished", None)
    assert (bad.status, bad.deaths) == ("failed", 0)
    assert "lies.onnx" in bad.error
    assert str(real.settings.data) not in bad.error
    with real.store.reading() as c:
        (painted,) = (f for f in files_of_job(c, good.id, "result") if f.kind == "picture")
    assert place_of(real.settings, painted.id).read_bytes() != _png()


# What is served.


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("report.html", b"<!DOCTYPE html><script>alert(1)</script>", "text/html"),
        ("lines.svg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "image/svg+xml"),
    ],
)
def test_pages_that_are_results_are_for_download_alone(place, name, content, media_type):
    user = place.user("ada")
    place.ask(user)
    job = claim_job(place.store, "m")
    file_id = place.store.new_id()
    target = place_of(place.settings, file_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    found = FoundFile(file_id, name, "other", media_type, len(content), "result", None, "")
    finish_job(place.store, job, "finished", found=[found])
    browser = place.browser("ada")
    answer = browser.get(f"/files/{file_id}")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    page = browser.get(f"/jobs/{job.id}").text
    assert f'src="/files/{file_id}"' not in page
    assert name in page


# Nothing is fetched; `test_forms` tries addresses as texts of every verb.


def test_addresses_in_words_are_words():
    """`scene` takes any words; an address among them is looked up in its list, and not fetched."""
    from paintreel.studio.forms.values import JobFolder, build_options, clean_answers

    answers = clean_answers("scene", {"words": "http://127.0.0.1:1/x"})
    options = build_options("scene", answers, {}, JobFolder(Path("job")))
    assert options.words == ("http://127.0.0.1:1/x",)


# Limits.


def test_what_is_sent_as_json_is_as_deep_as_it_may_be(place):
    place.user("ada")
    browser = place.browser("ada")
    deep = "[" * 50_000 + "]" * 50_000
    headers = {"Content-Type": "application/json"}
    answer = browser.ask("POST", "/api/v1/jobs", headers=headers, content=deep)
    assert 400 <= answer.status_code < 500


def test_a_job_of_one_user_takes_no_file_of_another(place, png):
    ada, bob = place.user("ada"), place.user("bob")
    file = place.upload(ada, png)
    place.user("eve")
    browser = place.browser("bob")
    body = {"verb": "info", "options": {}, "files": {"file": [{"id": file.id, "path": "a.png"}]}}
    answer = browser.ask("POST", "/api/v1/jobs", json=body)
    assert answer.status_code in (400, 404, 422)
    assert file.name not in json.dumps(answer.json())
    assert bob.id != ada.id
