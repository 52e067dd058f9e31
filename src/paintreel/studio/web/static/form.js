// The form of a verb: files are sent first, then the job is asked for.
import { ask, send } from "./api.js";
import { takeFrame } from "./compare.js";
import { Easel } from "./easel.js";

const form = document.getElementById("job");
const fault = document.getElementById("fault");
const said = document.getElementById("said");
const bar = document.getElementById("sending");
const button = document.getElementById("send");
const eachRow = document.getElementById("each-row");
const verb = form.dataset.verb;
const reads = form.dataset.reads.split(" ").filter(Boolean); // suffixes; none: whatever is given
const home = document.createComment("fault");
fault.before(home);
const drops = new Map();

for (const range of form.querySelectorAll('input[type="range"][name]'))
  range.addEventListener("input", () => {
    delete range.dataset.untouched;
    form.querySelector(`output[for="${range.id}"]`).textContent = range.value;
  });

// Words to choose from: a second press takes the word back.
const words = [...form.querySelectorAll("[data-fills]")];
const shown = () => { for (const each of words) each.setAttribute("aria-pressed", String(document.getElementById(each.dataset.fills).value.trim().toLowerCase() === each.dataset.word)); };
for (const word of words) {
  const box = document.getElementById(word.dataset.fills);
  word.addEventListener("click", () => { box.value = box.value === word.dataset.word ? "" : word.dataset.word; shown(); });
  box.addEventListener("input", shown);
}
shown();

// What the first answer does not take is not asked.
const lead = form.querySelector("[data-leads]");
const asked = () => { for (const box of form.querySelectorAll("[data-only]")) box.hidden = !box.dataset.only.split(" ").includes(lead.value); };
if (lead) { lead.addEventListener("change", asked); asked(); }

// What is wrong is said where it is.
function tell(text, place) {
  fault.textContent = text;
  fault.hidden = !text;
  (place ?? home).before(fault);
  if (text) fault.scrollIntoView({ block: "center" });
}

class Drop {
  constructor(box) {
    this.box = box;
    this.name = box.dataset.drop;
    this.many = "many" in box.dataset;
    this.given = []; // {id} of what is there, or {file} to send; path as it will be called
    this.list = box.querySelector(".given");
    const input = box.querySelector('input[type="file"]');
    input.addEventListener("change", () => { this.take([...input.files].map((f) => [f, f.webkitRelativePath || f.name])); input.value = ""; });
    box.querySelector("[data-folder]")?.addEventListener("click", () => {
      const folder = document.createElement("input");
      Object.assign(folder, { type: "file", multiple: true, webkitdirectory: true });
      folder.addEventListener("change", () => this.take([...folder.files].map((f) => [f, f.webkitRelativePath || f.name])));
      folder.click();
    });
    const earlier = box.querySelector("[data-earlier]");
    earlier?.addEventListener("change", () => {
      const option = earlier.selectedOptions[0];
      if (option.value) this.add({ id: option.value, path: option.dataset.path, shown: option.dataset.shown, kind: option.dataset.kind });
      earlier.value = "";
    });
    const target = box.querySelector(".target");
    for (const kind of ["dragenter", "dragover"]) target.addEventListener(kind, (event) => { event.preventDefault(); target.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) target.addEventListener(kind, () => target.classList.remove("over"));
    target.addEventListener("drop", async (event) => { event.preventDefault(); this.take(await dropped(event.dataTransfer)); });
  }

  take(files) {
    const seen = files.filter(([f]) => !f.name.startsWith("."));
    const isMain = this.name === "inputs" || this.name === "picture";
    const fits = (name) => !isMain || !reads.length || files.length === 1 || reads.some((suffix) => name.toLowerCase().endsWith(suffix));
    for (const [file, path] of seen) if (fits(file.name)) this.add({ file, path });
    const left = seen.filter(([f]) => !fits(f.name));
    said.textContent = left.length ? `${left.length} left out, as no picture or clip: ${left.slice(0, 3).map(([, path]) => path).join(", ")}` : "";
  }

  add(row) {
    if (!this.many) this.given = [];
    this.given.push(row);
    tell("");
    this.show();
  }

  show() {
    const rows = this.given.slice(0, 60).map((row, index) => {
      const item = document.createElement("li");
      const picture = source(row);
      if (picture) {
        const image = new Image();
        image.src = picture;
        image.alt = "";
        item.append(image);
      }
      const name = document.createElement("span");
      name.textContent = row.path;
      const away = document.createElement("button");
      Object.assign(away, { type: "button", className: "quiet", textContent: "Remove" });
      away.setAttribute("aria-label", `Remove ${row.path}`);
      away.addEventListener("click", () => { this.given.splice(index, 1); this.show(); });
      item.append(name, away);
      return item;
    });
    if (this.given.length > 60) {
      const rest = document.createElement("li");
      rest.textContent = `and ${this.given.length - 60} more`;
      rows.push(rest);
    }
    this.list.replaceChildren(...rows);
    if (rows.length) this.box.closest("details")?.setAttribute("open", "");
    if (rows.length) for (const look of this.box.closest(".models")?.querySelectorAll("input[type=radio]") ?? []) look.checked = false;
    form.dispatchEvent(new CustomEvent("given", { detail: this }));
  }
}

// The files of a drop, folders walked through.
async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return [...transfer.files].map((f) => [f, f.name]);
  const found = [];
  const walk = async (entry, path) => {
    if (entry.isFile) {
      const file = await new Promise((done, fail) => entry.file(done, fail));
      found.push([file, path + entry.name]);
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const part = await new Promise((done, fail) => reader.readEntries(done, fail));
      if (!part.length) break;
      for (const each of part) await walk(each, `${path}${entry.name}/`);
    }
  };
  for (const entry of entries) await walk(entry, "");
  return found.sort(([, one], [, other]) => one.localeCompare(other, "en", { numeric: true }));
}

function source(row) {
  if (row.file?.type.startsWith("image/") && row.file.type !== "image/svg+xml") return (row.url ??= URL.createObjectURL(row.file));
  return row.id && row.shown && row.kind === "picture" ? `/files/${row.id}` : "";
}

// What is dropped beside a box is not opened by the browser.
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());

for (const box of form.querySelectorAll("[data-drop]")) drops.set(box.dataset.drop, new Drop(box));

const easelBox = form.querySelector("[data-easel]");
const easel = easelBox ? new Easel(easelBox) : null;
form.addEventListener("given", ({ detail }) => {
  const inputs = drops.get("inputs") ?? drops.get("picture");
  const isBatch = reads.length && inputs && inputs.given.length > 1;
  eachRow.hidden = !isBatch;
  if (easel && form.dataset.canvas === "hints" && detail === inputs && inputs.given.length) {
    const under = source(inputs.given[0]);
    if (under) easel.show(under);
  }
});
const taker = form.querySelector("[data-taker]");
if (taker) {
  const [video, seek, time, take, hint] = ["video", "input", "output", "button", ".hint"].map((part) => taker.querySelector(part));
  const length = () => (Number.isFinite(video.duration) ? video.duration : 0);
  video.addEventListener("error", () => { hint.textContent = "This browser cannot show the clip; tick 'Only tell which frames to paint' instead."; take.disabled = true; });
  video.addEventListener("loadedmetadata", () => { hint.textContent = ""; take.disabled = false; });
  seek.addEventListener("input", () => { video.currentTime = (Number(seek.value) / 1000) * length(); });
  video.addEventListener("seeked", () => { time.textContent = `${video.currentTime.toFixed(1)} s`; });
  take.addEventListener("click", () => takeFrame(video));
  form.addEventListener("given", ({ detail }) => {
    if (detail.name !== "inputs") return;
    const clip = detail.given.find((row) => row.file?.type.startsWith("video/") || row.kind === "clip");
    taker.hidden = !clip;
    const place = clip ? (clip.url ??= clip.file ? URL.createObjectURL(clip.file) : `/files/${clip.id}`) : "";
    if (clip && video.dataset.place !== place) Object.assign(video, { src: place });
    Object.assign(video.dataset, { place, name: clip?.path.split("/").pop() ?? "" });
  });
}
for (const [name, rows] of Object.entries(JSON.parse(form.dataset.given || "{}"))) for (const row of rows) drops.get(name)?.add(row);

function answers() {
  const options = {};
  for (const element of form.querySelectorAll("[name]")) {
    const { name, type, value } = element;
    if ("untouched" in element.dataset || element.closest("[data-only]")?.hidden) continue;
    if (type === "checkbox") options[name] = element.checked;
    else if (type === "radio") { if (element.checked) options[name] = value; }
    else if ("lines" in element.dataset) { const lines = value.split("\n").map((x) => x.trim()).filter(Boolean); if (lines.length) options[name] = lines; }
    else if (value.trim()) options[name] = value.trim();
  }
  return options;
}

async function sendAll() {
  const waiting = [...drops.values()].flatMap((drop) => drop.given).filter((row) => row.file && !row.id);
  const total = waiting.reduce((sum, row) => sum + row.file.size, 0) || 1;
  let before = 0;
  bar.hidden = !waiting.length;
  for (const row of waiting) {
    said.textContent = `Sending ${row.path}`;
    row.id = await send(row.file, row.path.split("/").pop(), (at) => { bar.value = (before + at) / total; });
    before += row.file.size;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  tell("");
  button.disabled = true;
  try {
    if (!form.reportValidity()) return;
    const missing = [...drops.values()].find((drop) => "required" in drop.box.dataset && !drop.given.length);
    if (missing) {
      const what = missing.box.querySelector("label").firstChild.textContent.trim();
      tell(`Choose ${what[0].toLowerCase()}${what.slice(1)} first.`, missing.box.querySelector(".target"));
      return;
    }
    if (easel && !easel.isEmpty && !drops.get(easelBox.dataset.easel).given.length) {
      const drawn = new File([await easel.picture()], `${easelBox.dataset.easel}.png`, { type: "image/png" });
      drops.get(easelBox.dataset.easel).add({ file: drawn, path: drawn.name });
    }
    await sendAll();
    said.textContent = "Asking for it";
    const options = answers();
    const files = {};
    for (const [name, drop] of drops) {
      if (!drop.given.length || drop.box.closest("[data-only]")?.hidden) continue;
      files[name] = drop.given.map(({ id, path }) => ({ id, path }));
      delete options[name];
    }
    const key = { "Idempotency-Key": crypto.randomUUID?.() ?? String(Math.random()) };
    const main = "inputs" in files ? "inputs" : "picture";
    if (!eachRow.hidden && document.getElementById("each").checked) {
      const { [main]: each, ...rest } = files;
      const batch = await ask("POST", "/api/v1/batches", { verb, options, field: main, each, files: rest }, key);
      location.assign(`/batches/${batch.id}`);
    } else {
      const job = await ask("POST", "/api/v1/jobs", { verb, options, files }, key);
      location.assign(`/jobs/${job.id}`);
    }
  } catch (error) {
    tell(error.message);
    said.textContent = "";
    bar.hidden = true;
  } finally {
    button.disabled = false;
  }
});
