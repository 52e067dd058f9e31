"""The studio in a real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import gzip
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from live_studio import LiveStudio
from PIL import Image

from paintreel.fuse.keys import time_in_name

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
REPOSITORY = Path(__file__).resolve().parents[2]
PICTURES = os.environ.get("PAINTREEL_STUDIO_PICTURES")
"""Folder for screenshots, such as those of docs/images; none are kept without it."""

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
    pytest.mark.timeout(900),
]
PASSWORD = "a few words in a row"
SLOW_MS = 240_000


class Person:
    """Somebody at a browser; what the console says is kept."""

    def __init__(self, browser: Any, studio: LiveStudio, **context: Any) -> None:
        self.context = browser.new_context(base_url=studio.address, **context)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.said: list[str] = []
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def join(self, link: str, name: str) -> None:
        self.page.goto(link)
        self.page.fill("[name=name]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button.main")
        self.page.wait_for_url(re.compile(r"/$"))

    def start(self, verb: str, *files: Path, field: str = "inputs", **answers: str) -> None:
        self.page.goto(f"/new/{verb}")
        if files:
            self.page.set_input_files(f"#file-{field}", [str(file) for file in files])
        for group in self.page.locator("details.group").all():
            group.locator("> summary").click()
        for name, value in answers.items():
            self.page.fill(f"[name={name}]", value)
        self.page.click("#send")

    def shoot(self, name: str) -> None:
        if PICTURES is not None:
            path = Path(PICTURES) / f"{name}.jpg"
            self.page.screenshot(path=path, type="jpeg", quality=85)


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Iterator[LiveStudio]:
    with LiveStudio(tmp_path_factory.mktemp("live") / "data") as live:
        yield live


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture(scope="module")
def ada(studio, browser) -> Person:
    person = Person(browser, studio, viewport={"width": 1280, "height": 860})
    person.join(studio.first_link(), "ada")
    return person


@pytest.fixture
def small_photo(tmp_path) -> Path:
    with Image.open(REPOSITORY / "examples" / "photo.jpg") as photo:
        photo.thumbnail((480, 480) if PICTURES is None else (960, 960))
        photo.save(tmp_path / "pier.jpg")
    return tmp_path / "pier.jpg"


def test_a_photograph_is_sent_painted_and_compared(ada, small_photo):
    page = ada.page
    ada.start("stylize", small_photo)
    page.wait_for_url(re.compile("/jobs/"))
    page.wait_for_selector(".slider", timeout=SLOW_MS)
    box, slider = page.locator(".slider"), page.locator(".slider input")
    until(page, "[...document.images].every((i) => i.complete && i.naturalWidth)")
    ada.shoot("studio-job")

    def edge() -> float:
        return float(page.locator(".slider .edge").bounding_box()["x"])

    middle = edge()
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    assert edge() < middle
    assert box.get_attribute("style") == "--at: 40%;"
    with page.expect_download() as download:
        page.click("text=Download")
    assert download.value.suggested_filename == "pier.jpg"


def test_progress_is_live_and_a_job_can_be_cancelled(ada):
    page = ada.page
    ada.start("scene", words="a castle at night", size="1920x1080")
    page.wait_for_url(re.compile("/jobs/"))
    page.wait_for_selector(".chip.is-running", timeout=SLOW_MS)
    page.click("text=Cancel")
    page.wait_for_selector(".chip.is-cancelled", timeout=SLOW_MS)


def test_several_files_are_a_batch_with_one_zip(ada, small_photo, tmp_path):
    page = ada.page
    other = tmp_path / "other.jpg"
    shutil.copy(small_photo, other)
    page.goto("/new/rough")
    page.set_input_files("#file-picture", [str(small_photo), str(other)])
    assert page.is_visible("#each")
    page.click("#send")
    page.wait_for_url(re.compile("/batches/"))
    page.wait_for_selector("text=2 of 2 finished", timeout=SLOW_MS)
    with page.expect_download() as download:
        page.click("text=All as one ZIP")
    assert download.value.suggested_filename == "paintreel-batch.zip"


def test_a_sketch_is_drawn_in_the_page(ada):
    page = ada.page
    page.goto("/new/scene")
    canvas = page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 90)
    page.mouse.down()
    for step in range(8):
        page.mouse.move(box["x"] + 40 + 40 * step, box["y"] + 90 - 30 * (step % 2))
    page.mouse.up()
    page.click("#send")
    page.wait_for_url(re.compile("/jobs/"))
    page.wait_for_selector(".chip.is-finished", timeout=SLOW_MS)
    assert page.is_visible("section.result img")


def test_colours_are_dotted_in_the_page(ada, tmp_path):
    """A dot of colour in the page fills the region that it lies in."""
    page = ada.page
    paper = np.full((240, 320), 255, np.uint8)
    paper[60:180, [80, 81, 82, 237, 238, 239]] = 0
    paper[[60, 61, 62, 177, 178, 179], 80:240] = 0
    Image.fromarray(paper).save(tmp_path / "box.png")
    page.goto("/new/colorize")
    page.set_input_files("#file-inputs", str(tmp_path / "box.png"))
    until(page, "document.querySelector('.easel canvas').width === 320")
    page.fill("[data-colour]", "#c2563f")
    canvas = page.locator(".easel canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 + 12, box["y"] + box["height"] / 2)
    page.mouse.up()
    ada.shoot("studio-colorize")
    page.locator("details.group:has(input[name=method]) > summary").click()
    page.check("input[name=method][value=rule]")
    page.check("[name=flat]")
    page.click("#send")
    page.wait_for_url(re.compile("/jobs/"))
    page.wait_for_selector(".chip.is-finished", timeout=SLOW_MS)
    with page.expect_download() as download:
        page.click("text=Download")
    with Image.open(download.value.path()) as painted:
        filled = np.asarray(painted.convert("RGB"), int)[100:140, 110:210].reshape(-1, 3)
    assert np.abs(np.median(filled, axis=0) - (0xC2, 0x56, 0x3F)).max() < 12


def test_samples_come_while_a_style_is_trained(ada, tmp_path):
    pytest.importorskip("torch")
    page = ada.page
    for seed in range(5):
        grain = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), np.uint8)
        Image.fromarray(grain).resize((160, 120), Image.Resampling.BICUBIC).save(
            tmp_path / f"{seed}.png"
        )
    page.goto("/new/train")
    page.select_option("[name=system]", "mffcn")
    page.set_input_files("#file-art", [str(path) for path in sorted(tmp_path.glob("*.png"))])
    for group in page.locator("details.group").all():
        group.locator("> summary").click()
    page.fill("[name=budget]", "4steps")
    changes = ["preset=tiny", "pairs.crop_px=64", "pairs.batch=2", "pairs.scales_px=[64, 96]"]
    page.fill("[name=changes]", "\n".join(changes))
    page.click("#send")
    page.wait_for_url(re.compile("/jobs/"))
    page.wait_for_selector("#samples img", timeout=2 * SLOW_MS)
    chips = page.locator("#status .chip").get_attribute("class")
    assert "is-running" in chips or "is-finished" in chips
    page.wait_for_selector(".chip.is-finished", timeout=2 * SLOW_MS)
    assert page.is_visible("text=scene.onnx")
    assert page.locator("#samples img").count() >= 1
    until(page, "[...document.images].every((i) => i.complete && i.naturalWidth)")
    ada.shoot("studio-train")


def test_a_frame_of_a_clip_is_taken_home_under_a_name_that_fuse_reads(ada, tmp_path):
    import av

    page = ada.page
    with av.open(str(tmp_path / "walk.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for number in range(8):
            pixels = np.full((64, 96, 3), 30 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    page.goto("/new/fuse")
    page.set_input_files("#file-inputs", str(tmp_path / "walk.mp4"))
    until(page, "document.querySelector('.taker video').readyState >= 2")
    with page.expect_download() as download:
        page.click(".taker button")
    assert time_in_name(Path(download.value.suggested_filename)) == 0.0
    page.goto("/new/lineart")
    page.set_input_files("#file-inputs", str(tmp_path / "walk.mp4"))
    for group in page.locator("details.group:has(input[name=method]) > summary").all():
        group.click()
    page.check("input[name=method][value=rule]")
    page.click("#send")
    page.wait_for_url(re.compile("/jobs/"))
    page.wait_for_selector(".players", timeout=SLOW_MS)
    until(page, "document.querySelector('.players video').readyState >= 2")
    with page.expect_download() as download:
        page.click("text=Take this frame home")
    name = download.value.suggested_filename
    assert time_in_name(Path(name)) == 0.0
    assert name == "walk-key-0000.000s.png"
    with Image.open(download.value.path()) as frame:
        assert frame.size == (96, 64)


def test_what_a_verb_refuses_is_told_where_it_is_and_forgotten_when_it_is_mended(ada, small_photo):
    page = ada.page
    page.goto("/new/stylize")
    page.click("#send")
    assert "Choose" in page.inner_text(".drop[data-drop=inputs] #fault")
    page.set_input_files("#file-inputs", str(small_photo))
    assert not page.is_visible("#fault")


def test_words_are_chosen_by_their_pictures(ada):
    page = ada.page
    page.goto("/new/scene")
    page.click(".word[data-word='medieval castle']")
    page.click(".word[data-word=fear]")
    page.evaluate("scrollTo(0, 0)")
    until(page, "[...document.querySelectorAll('.word img')].every((i) => i.complete)")
    ada.shoot("studio-scene")
    assert page.get_attribute("#f-emotion", "value") == "fear"
    assert page.inner_text("output[for=f-intensity]") == "as it comes"
    page.click(".word[data-word=fear]")  # and taken back
    assert page.get_attribute(".word[data-word=fear]", "aria-pressed") == "false"
    with page.expect_request("**/api/v1/jobs") as asked:
        page.click("#send")
    options = asked.value.post_data_json["options"]
    assert options["category"] == "medieval castle"
    assert not {"emotion", "intensity", "time"} & options.keys()  # nothing was said of them
    page.wait_for_url(re.compile("/jobs/"))
    page.click("text=Cancel")


def test_a_system_is_asked_for_what_it_takes_alone(ada):
    page = ada.page
    page.goto("/new/train")
    assert page.input_value("[name=system]") == "fsgan"
    assert page.is_visible("#file-photos")
    assert not page.is_visible("#file-speech")
    page.select_option("[name=system]", "emotion")
    assert page.is_visible("#file-speech")
    assert not page.is_visible("#file-photos")


def test_what_no_verb_reads_is_left_out_of_a_folder(ada, small_photo, tmp_path):
    page = ada.page
    (tmp_path / "readme.txt").write_text("notes", "utf-8")
    page.goto("/new/stylize")
    page.set_input_files("#file-inputs", [str(small_photo), str(tmp_path / "readme.txt")])
    assert page.locator(".drop[data-drop=inputs] .given li").count() == 1
    assert "1 left out" in page.inner_text("#said")


def test_a_second_user_cannot_see_or_fetch_the_first_ones_job(ada, studio, browser, small_photo):
    page = ada.page
    ada.start("stylize", small_photo)
    page.wait_for_selector(".slider", timeout=SLOW_MS)
    page.goto("/")
    job = page.locator(".card a").first.get_attribute("href")
    picture = page.locator(".card img").first.get_attribute("src")
    page.goto("/admin")
    page.click("text=Make a link")
    link = page.inner_text(".secret")
    bob = Person(browser, studio)
    bob.join(link, "bob")
    assert bob.page.locator(".card").count() == 0
    for path in (job, picture, f"/api/v1{job}"):
        assert bob.context.request.get(studio.address + path).status == 404
        assert ada.context.request.get(studio.address + path).ok
    assert bob.said == []


def test_pages_fit_a_telephone_and_the_dark(ada, studio, browser):
    state = ada.context.storage_state()
    phone = Person(
        browser,
        studio,
        storage_state=state,
        color_scheme="dark",
        viewport={"width": 360, "height": 740},
    )
    for path in (
        "/",
        "/new",
        "/new/stylize",
        "/new/scene",
        "/queue",
        "/styles",
        "/account",
        "/admin",
    ):
        phone.page.goto(path)
        wide = phone.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, f"{path} is {wide} px wide"
    background = phone.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert background == "rgb(27, 25, 23)"
    assert phone.said == []


AXE = gzip.decompress((Path(__file__).parent / "vendored" / "axe.min.js.gz").read_bytes()).decode()
PAGES = ["/", "/new", "/queue", "/styles", "/my-files", "/account", "/admin"]
PAGES += [f"/new/{verb}" for verb in ("stylize", "scene", "colorize", "train")]


def until(page: Any, expression: str, *, limit_s: float = 30.0) -> None:
    """Wait until an expression holds in the page.

    Asked from here: `wait_for_function` asks by `eval` in the page, which its policy forbids.
    """
    for _ in range(round(limit_s / 0.1)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{expression} did not come to hold in {limit_s:g} s")


def faults(page: Any) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA on the page that is shown."""
    page.evaluate(AXE)
    tags = '["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]'
    found = page.evaluate(f"axe.run({{runOnly: {tags}}}).then((r) => r.violations)")
    return [f"{page.url} {row['id']}: {row['nodes'][0]['html'][:120]}" for row in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible(ada, studio, browser, scheme):
    stranger = Person(browser, studio, color_scheme=scheme)
    stranger.page.goto("/sign-in")
    wrong = faults(stranger.page)
    state = ada.context.storage_state()
    reader = Person(browser, studio, storage_state=state, color_scheme=scheme)
    reader.page.goto("/")
    jobs = reader.page.locator(".card a").all()
    paths = [*PAGES, *{job.get_attribute("href") for job in jobs[:4]}]
    for path in paths:
        reader.page.goto(path)
        wrong += faults(reader.page)
    assert wrong == []


def test_the_console_is_silent(ada):
    ada.page.goto("/")
    ada.page.wait_for_timeout(500)
    ada.shoot("studio-gallery")
    assert ada.said == []
