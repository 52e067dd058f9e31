// Before and after: a slider over pictures, two clips that play as one.
export function slider(box) {
  const range = box.querySelector("input");
  const show = () => box.style.setProperty("--at", `${range.value}%`);
  range.addEventListener("input", show);
  show();
}

export function players(box) {
  const [before, after] = box.querySelectorAll("video");
  const play = box.querySelector("[data-play]");
  const seek = box.querySelector("[data-seek]");
  const time = box.querySelector("[data-time]");
  const both = [before, after];
  const length = () => Math.min(...both.map((v) => (Number.isFinite(v.duration) ? v.duration : 0))) || 0;
  const label = () => { play.textContent = after.paused ? "Play" : "Pause"; };
  const show = () => {
    time.textContent = `${after.currentTime.toFixed(1)} s`;
    if (length()) seek.value = String(Math.round((after.currentTime / length()) * 1000));
    if (Math.abs(before.currentTime - after.currentTime) > 0.05 && !after.paused) before.currentTime = after.currentTime;
  };
  play.addEventListener("click", async () => {
    if (after.paused) {
      before.currentTime = after.currentTime;
      await Promise.all(both.map((v) => v.play().catch(() => {})));
    } else both.forEach((v) => v.pause());
    label();
  });
  seek.addEventListener("input", () => {
    for (const video of both) video.currentTime = (Number(seek.value) / 1000) * length();
  });
  after.addEventListener("timeupdate", show);
  after.addEventListener("ended", () => { before.pause(); label(); });
  after.addEventListener("pause", label);
  box.querySelector("[data-frame]")?.addEventListener("click", () => takeFrame(before));
}

// A frame of the source as a PNG, to paint over and bring back to `fuse`, which reads the time in its name.
export function takeFrame(video) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d").drawImage(video, 0, 0);
  canvas.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    const stem = (video.dataset.name ?? "frame").replace(/\.[^.]*$/, "");
    link.download = `${stem}-key-${video.currentTime.toFixed(3).padStart(8, "0")}s.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 5000);
  });
}
