// The form of a verb: files are sent first, then the job is asked for.
import { ask, send } from "./api.js";
import { Easel } from "./easel.js";

const form = document.getElementById("job");
const fault = document.getElementById("fault");
const said = document.getElementById("said");
const bar = document.getElementById("sending");
const button = document.getElementById("send");
const eachRow = document.getElementById("each-row");
const SIDE_BY_SIDE = ["stylize", "lineart", "colorize", "rough"];
const verb = form.dataset.verb;
const drops = new Map();

for (const range of form.querySelectorAll('input[type="range"][name]'))
  range.addEventListener("input", () => { form.querySelector(`output[for="${range.id}"]`).textContent = range.value; });

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
      if (option.value) this.add({ id: option.value, path: option.textContent, shown: option.dataset.shown });
      earlier.value = "";
    });
    const target = box.querySelector(".target");
    for (const kind of ["dragenter", "dragover"]) target.addEventListener(kind, (event) => { event.preventDefault(); target.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) target.addEventListener(kind, () => target.classList.remove("over"));
    target.addEventListener("drop", async (event) => { event.preventDefault(); this.take(await dropped(event.dataTransfer)); });
  }

  take(files) {
    for (const [file, path] of files.filter(([f]) => !f.name.startsWith("."))) this.add({ file, path });
  }

  add(row) {
    if (!this.many) this.given = [];
    this.given.push(row);
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
  return found;
}

function source(row) {
  if (row.file?.type.startsWith("image/") && row.file.type !== "image/svg+xml") return (row.url ??= URL.createObjectURL(row.file));
  return row.id && row.shown && row.kind !== "clip" ? `/files/${row.id}` : "";
}

for (const box of form.querySelectorAll("[data-drop]")) drops.set(box.dataset.drop, new Drop(box));

const easelBox = form.querySelector("[data-easel]");
const easel = easelBox ? new Easel(easelBox) : null;
form.addEventListener("given", ({ detail }) => {
  const inputs = drops.get("inputs") ?? drops.get("picture");
  const isBatch = SIDE_BY_SIDE.includes(verb) && inputs && inputs.given.length > 1;
  eachRow.hidden = !isBatch;
  if (easel && form.dataset.canvas === "hints" && detail === inputs && inputs.given.length) {
    const under = source(inputs.given[0]);
    if (under) easel.show(under);
  }
});
for (const [name, rows] of Object.entries(JSON.parse(form.dataset.given || "{}"))) for (const row of rows) drops.get(name)?.add(row);

function answers() {
  const options = {};
  for (const element of form.querySelectorAll("[name]")) {
    const { name, type, value } = element;
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
  fault.hidden = true;
  button.disabled = true;
  try {
    if (!form.reportValidity()) return;
    const missing = [...drops.values()].find((drop) => "required" in drop.box.dataset && !drop.given.length);
    if (missing) throw new Error(`Choose ${missing.box.querySelector("label").firstChild.textContent.trim().toLowerCase()} first.`);
    if (easel && !easel.isEmpty && !drops.get(easelBox.dataset.easel).given.length) {
      const drawn = new File([await easel.picture()], `${easelBox.dataset.easel}.png`, { type: "image/png" });
      drops.get(easelBox.dataset.easel).add({ file: drawn, path: drawn.name });
    }
    await sendAll();
    said.textContent = "Asking for it";
    const options = answers();
    const files = {};
    for (const [name, drop] of drops) {
      if (!drop.given.length) continue;
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
    fault.textContent = error.message;
    fault.hidden = false;
    fault.scrollIntoView({ block: "center" });
    said.textContent = "";
    bar.hidden = true;
  } finally {
    button.disabled = false;
  }
});
