"""Key frames that are learnt: in a child, once, and not where it is cancelled or cannot be."""

from __future__ import annotations

from concurrent.futures import CancelledError

import pytest
from painted_clips import error, frames_of, painted
from set_after import SetAfter

import paintreel
from paintreel.errors import TrainingError
from paintreel.fuse import adapting


def test_without_training_the_network_is_taken_as_it_is(pan, fuse_model, monkeypatch):
    clip, frames = pan
    monkeypatch.setattr("paintreel.fuse.fusing.can_adapt", lambda: False)
    out = clip.with_name("out.mkv")
    report = paintreel.fuse(
        painted(frames[0]), clip, out, key_frames=0, model=str(fuse_model), codec="ffv1"
    )
    note = next(each for each in report.notes if each.kind == "not-adapted")
    assert "paintreel[train]" in note.text


def test_key_frames_are_learnt_in_a_child_and_the_work_is_cleared(pan, fuse_model):
    clip, frames = pan
    out = clip.with_name("learnt.mkv")
    shares: list[tuple[int, int | None]] = []
    paintreel.fuse(
        painted(frames[4]),
        clip,
        out,
        key_frames=4 / 24,
        model=str(fuse_model),
        adapt_s=3.0,
        steady=0.0,
        codec="ffv1",
        on_progress=lambda done, expected: shares.append((done, expected)),
    )
    got = frames_of(out)
    assert max(error(a, painted(b)) for a, b in zip(got, frames, strict=True)) < 25
    assert shares[-1] == (27, 27)
    assert not adapting.work_folder(out).exists()


def test_a_network_that_was_learnt_before_a_stop_is_used(pan, fuse_model, monkeypatch):
    clip, frames = pan
    out = clip.with_name("again.mkv")
    runs = []

    def run(options, folder, *_):
        runs.append(options.budget)
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(fuse_model.read_bytes())

    monkeypatch.setattr(adapting, "_run", run)
    monkeypatch.setattr("paintreel.media.video.transform_video", _stopped)
    ask = {"key_frames": 0, "model": str(fuse_model), "codec": "ffv1"}
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            paintreel.fuse(painted(frames[0]), clip, out, **ask)
    assert len(runs) == 1
    with pytest.raises(KeyboardInterrupt):  # another painting is learnt anew
        paintreel.fuse(frames[0], clip, out, **ask)
    assert len(runs) == 2


def _stopped(*_, **__):
    raise KeyboardInterrupt


@pytest.mark.parametrize("askings", [0, 5, 9, 12, 18])
def test_a_cancelled_run_keeps_what_was_learnt_of_two_keys(pan, fuse_model, monkeypatch, askings):
    clip, frames = pan
    out = clip.with_name("again.mkv")
    runs = []

    def run(options, folder, *_):
        runs.append(sorted(path.name for path in options.art.iterdir()))
        folder.mkdir(parents=True)
        (folder / "model.onnx").write_bytes(fuse_model.read_bytes())

    monkeypatch.setattr(adapting, "_run", run)
    ask = {"key_frames": [0, 8 / 24], "model": str(fuse_model), "codec": "ffv1"}
    paintings = [painted(frames[0]), painted(frames[8])]
    with monkeypatch.context() as patch:
        patch.setattr("paintreel.media.video.transform_video", _stopped)
        with pytest.raises(KeyboardInterrupt):
            paintreel.fuse(paintings, clip, out, **ask)
    # 9 frames are looked at for their shots, 9 for keys, then the learning is asked for.
    with pytest.raises(CancelledError):
        paintreel.fuse(paintings, clip, out, cancel=SetAfter(askings), **ask)
    assert not out.exists()
    paintreel.fuse(paintings, clip, out, **ask)
    assert len(runs) == 1
    assert len(runs[0]) == 4
    assert len(frames_of(out)) == 9


@pytest.mark.parametrize("askings", [5, 12, 18])
def test_a_cancelled_run_begins_no_learning(pan, fuse_model, monkeypatch, askings):
    clip, frames = pan
    monkeypatch.setattr(adapting, "_run", lambda *_: pytest.fail("it learns"))
    with pytest.raises(CancelledError):
        paintreel.fuse(
            [painted(frames[0]), painted(frames[8])],
            clip,
            clip.with_name("never.mkv"),
            key_frames=[0, 8 / 24],
            model=str(fuse_model),
            cancel=SetAfter(askings),
        )
    assert not adapting.work_folder(clip.with_name("never.mkv")).exists()


def test_a_learning_that_fails_says_why(pan, fuse_model, monkeypatch):
    clip, frames = pan

    def asks_for_nothing(system, **more):
        return paintreel.options.options_of("train")(**{**more, "system": system, "budget": "5z"})

    monkeypatch.setattr(adapting, "options_of", lambda _verb: asks_for_nothing)
    with pytest.raises(TrainingError, match="5z"):
        paintreel.fuse(
            painted(frames[0]), clip, clip.with_name("x.mkv"), key_frames=0, model=str(fuse_model)
        )
