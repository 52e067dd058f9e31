// One job: its progress and log as they come, and its results to look at.
import { players, slider } from "./compare.js";

document.querySelectorAll("[data-slider]").forEach(slider);
document.querySelectorAll("[data-players]").forEach(players);

const page = document.querySelector("[data-job]");
const OVER = ["finished", "failed", "cancelled"];

if (page?.dataset.active) {
  const status = document.getElementById("status");
  const stage = document.getElementById("stage");
  const log = document.getElementById("log");
  const left = document.getElementById("left");
  const bar = document.querySelector("#bar progress");
  const begun = { at: 0, done: 0 };
  const events = new EventSource(`/api/v1/jobs/${page.dataset.job}/events?after=${page.dataset.last}`);
  const on = (kind, act) => events.addEventListener(kind, (event) => act(JSON.parse(event.data)));

  on("progress", (told) => {
    stage.textContent = told.stage;
    if (!told.expected) return bar.removeAttribute("value");
    bar.max = told.expected;
    bar.value = told.done;
    if (!begun.at || told.done < begun.done) Object.assign(begun, { at: told.at_s, done: told.done });
    const passed = told.at_s - begun.at;
    const rate = (told.done - begun.done) / passed;
    const seconds = (told.expected - told.done) / rate;
    left.textContent = passed > 2 && rate > 0 ? `${told.done} of ${told.expected}, about ${lasting(seconds)} left` : `${told.done} of ${told.expected}`;
  });
  on("log", (told) => {
    const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    log.append(`${told.text}\n`);
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  });
  on("sample", (told) => {
    const samples = document.getElementById("samples");
    if (!samples) return;
    samples.querySelector("p")?.remove();
    const picture = new Image();
    picture.src = `/files/${told.file}`;
    picture.alt = "Newest sample";
    samples.prepend(picture);
  });
  on("status", (told) => {
    const chip = document.createElement("span");
    chip.className = `chip is-${told.status}`;
    chip.textContent = told.status;
    status.replaceChildren(chip);
    if (told.status === "running") stage.textContent = "starting";
    if (OVER.includes(told.status)) {
      events.close();
      location.reload();
    }
  });
  addEventListener("pagehide", () => events.close());
}

function lasting(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
