"""Every answer is guarded, every id is its owner's alone, and every change comes from our pages."""

from __future__ import annotations

import re

import pytest
from studio_place import PASSWORD

from paintreel.studio.accounts.signing_in import make_token
from paintreel.studio.work import leases
from paintreel.studio.work.leases import FoundFile

OPEN = {
    *("/sign-in", "/join/{secret}", "/healthz", "/readyz", "/metrics"),
    *("/api/v1/openapi.json", "/api/v1/uploads"),  # the last: OPTIONS says what of tus is spoken
}


def routes(place):
    """(method, path) of every route."""
    for top in place.client().app.routes:
        included = getattr(top, "original_router", None)
        for route in [top] if included is None else included.routes:
            for method in sorted(getattr(route, "methods", None) or ()):
                yield method, route.path


def test_strangers_see_nothing(place):
    client = place.client()
    seen = 0
    for method, path in routes(place):
        if path in OPEN or (method == "HEAD" and "uploads" not in path):
            continue
        answer = client.request(method, re.sub(r"\{[^}]+\}", "x" * 22, path))
        assert answer.status_code in (303, 401), f"{method} {path}: {answer.status_code}"
        seen += 1
    assert seen > 35


def test_a_second_user_cannot_see_or_touch_what_the_first_has(place, png):
    ada, bob = place.user("ada"), place.user("bob")
    file = place.upload(ada, png)
    place.ask(ada, "info", file=file)
    job = leases.claim_job(place.store, "m")
    result = FoundFile("r" * 22, "a.png", "picture", "image/png", len(png), "result", file.id, "")
    (place.settings.uploads / "rr").mkdir()
    (place.settings.uploads / "rr" / result.id).write_bytes(png)
    leases.finish_job(place.store, job, "finished", found=[result])
    browser = place.browser("bob")
    token = {"Authorization": f"Bearer {make_token(place.store, bob, 't')}"}
    client, seen = place.client(), 0
    for method, path in routes(place):
        ids = {"job_id": [job.id], "file_id": [file.id, result.id], "batch_id": [job.id]}
        for name, values in ids.items():
            if f"{{{name}}}" not in path:
                continue
            for value in values:
                url = path.replace(f"{{{name}}}", value)
                by_browser = browser.ask(method, url, headers={"Tus-Resumable": "1.0.0"})
                by_token = client.request(method, url, headers=token | {"Tus-Resumable": "1.0.0"})
                codes = (by_browser.status_code, by_token.status_code)
                # Cancelling a batch of nothing ends nothing, and goes back to its page.
                allowed = {404, 303} if url.startswith("/batches/") else {404}
                assert set(codes) <= allowed, f"{method} {url}: {codes}"
                seen += 1
    assert seen > 15
    form = browser.get(f"/new/info?job={job.id}&file={file.id}").text
    assert file.id not in form
    assert place.job(job.id).status == "finished"


def test_pages_of_admins_are_not_there_for_others(place):
    place.user("root", "admin")
    place.user("ada")
    browser, admin = place.browser("ada"), place.browser("root")
    assert admin.get("/admin").status_code == 200
    for method, path in routes(place):
        if path.startswith("/admin"):
            answer = browser.ask(method, re.sub(r"\{[^}]+\}", "x" * 22, path))
            assert answer.status_code == 404, f"{method} {path}"


def test_every_answer_is_guarded(place):
    place.user("ada")
    browser = place.browser("ada")
    for path in ("/", "/new", "/new/stylize", "/nothing", "/static/studio.css", "/api/v1/jobs"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
    assert "immutable" not in browser.get("/").headers["cache-control"]


def test_no_page_has_a_script_or_a_style_within(place):
    place.user("root", "admin")
    browser = place.browser("root")
    pages = ["/", "/new", "/queue", "/styles", "/my-files", "/account", "/admin", "/sign-in"]
    pages += [f"/new/{verb}" for verb in ("stylize", "scene", "colorize", "train", "compare")]
    for page in pages:
        text = browser.get(page).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), page
        assert not re.search(r"\s(on[a-z]+|style)=", text), page


def test_the_cookie_is_out_of_reach_of_scripts(place, make_place):
    place.user("ada")
    answer = place.client().post("/sign-in", data={"name": "ada", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    safe = make_place("safe")
    object.__setattr__(safe.settings, "is_secure", True)
    safe.user("ada")
    answer = safe.client().post("/sign-in", data={"name": "ada", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie
    assert answer.headers["strict-transport-security"]


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_requests_of_other_sites_change_nothing(place, headers):
    user = place.user("ada")
    job = place.ask(user)
    browser = place.browser("ada")
    assert browser.ask("POST", f"/jobs/{job.id}/cancel", headers=headers).status_code == 403
    assert place.job(job.id).status == "queued"
    form = {"name": "ada", "password": PASSWORD}
    assert browser.client.post("/sign-in", data=form, headers=headers).status_code == 403


def test_changes_need_the_token_of_the_page(place):
    job = place.ask(place.user("ada"))
    browser = place.browser("ada")
    url = f"/jobs/{job.id}/cancel"
    place.user("bob")
    other = place.browser("bob").csrf
    for data in ({}, {"csrf": "x"}, {"csrf": other}):
        assert browser.client.post(url, data=data).status_code == 403
    body = {"verb": "scene", "options": {"words": "a sea"}}
    assert browser.client.post("/api/v1/jobs", json=body).status_code == 403
    assert browser.client.post(url, data={"csrf": browser.csrf}).status_code == 303
    assert place.job(job.id).status == "cancelled"


def test_what_users_write_is_escaped(place):
    user = place.user("ada")
    words = "<script>alert(1)</script>"
    job = place.ask(user, words=f"a forest {words}")
    browser = place.browser("ada")
    for page in ("/", f"/jobs/{job.id}", "/queue", f"/new/scene?job={job.id}"):
        assert words not in browser.get(page).text
    assert "&lt;script&gt;" in browser.get(f"/jobs/{job.id}").text


def test_a_body_that_is_too_large_is_cut_off(place):
    place.user("ada")
    browser = place.browser("ada")
    answer = browser.ask("POST", "/api/v1/jobs", content=b"[" + b" " * 5_000_000 + b"]")
    assert answer.status_code == 413


def test_health_and_metrics(place):
    place.ask(place.user("ada"))
    client = place.client()
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"
    assert client.get("/metrics").status_code == 404  # of a stranger from elsewhere
    root = place.user("root", "admin")
    token = {"Authorization": f"Bearer {make_token(place.store, root, 'prometheus')}"}
    text = client.get("/metrics", headers=token).text
    assert 'paintreel_jobs{status="queued"} 1.0' in text
    assert "paintreel_disk_free_bytes" in text
    assert 'route="/healthz"' in text


def test_errors_of_pages_are_pages_and_of_the_api_json(place):
    place.user("ada")
    browser = place.browser("ada")
    page, answer = browser.get("/jobs/nothing"), browser.get("/api/v1/jobs/nothing")
    assert page.status_code == answer.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "not yours" in answer.json()["error"]
