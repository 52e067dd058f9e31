// A canvas to sketch on, or to dot colours over a drawing.
export class Easel {
  constructor(box) {
    this.canvas = box.querySelector("canvas");
    this.under = box.querySelector(".paper img");
    this.isHints = Boolean(box.querySelector("[data-colour]"));
    this.colour = box.querySelector("[data-colour]");
    this.width = box.querySelector("[data-width]");
    this.strokes = [];
    this.tool = "pen";
    this.context = this.canvas.getContext("2d");
    for (const button of box.querySelectorAll("[data-tool]"))
      button.addEventListener("click", () => {
        this.tool = button.dataset.tool;
        for (const each of box.querySelectorAll("[data-tool]"))
          each.setAttribute("aria-pressed", String(each === button));
      });
    box.querySelector("[data-undo]").addEventListener("click", () => { this.strokes.pop(); this.draw(); });
    box.querySelector("[data-clear]").addEventListener("click", () => { this.strokes = []; this.draw(); });
    this.canvas.addEventListener("pointerdown", (event) => this.begin(event));
    this.canvas.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === "z") { this.strokes.pop(); this.draw(); }
    });
    this.draw();
  }

  get isEmpty() { return this.strokes.length === 0; }

  show(source) {
    this.under.onload = () => {
      this.canvas.width = this.under.naturalWidth;
      this.canvas.height = this.under.naturalHeight;
      this.under.hidden = false;
      this.draw();
    };
    this.under.src = source;
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * this.canvas.width, ((event.clientY - box.top) / box.height) * this.canvas.height];
  }

  begin(event) {
    event.preventDefault();
    this.canvas.focus();
    this.canvas.setPointerCapture(event.pointerId);
    const scale = this.canvas.width / this.canvas.getBoundingClientRect().width;
    const stroke = {
      rubber: this.tool === "rubber",
      colour: this.isHints ? this.colour.value : "#1c1a18",
      width: Number(this.width.value) * scale,
      points: [this.at(event)],
    };
    this.strokes.push(stroke);
    const move = (next) => {
      for (const each of next.getCoalescedEvents?.() ?? [next]) stroke.points.push(this.at(each));
      this.draw();
    };
    const end = () => {
      this.canvas.removeEventListener("pointermove", move);
      this.canvas.dispatchEvent(new Event("change", { bubbles: true }));
    };
    this.canvas.addEventListener("pointermove", move);
    this.canvas.addEventListener("pointerup", end, { once: true });
    this.canvas.addEventListener("pointercancel", end, { once: true });
    this.draw();
  }

  draw() {
    const pen = this.context;
    pen.globalCompositeOperation = "source-over";
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    pen.lineCap = pen.lineJoin = "round";
    for (const stroke of this.strokes) {
      pen.globalCompositeOperation = stroke.rubber ? "destination-out" : "source-over";
      pen.strokeStyle = pen.fillStyle = stroke.colour;
      pen.lineWidth = stroke.width;
      pen.beginPath();
      const [x, y] = stroke.points[0];
      if (stroke.points.length === 1) {
        pen.arc(x, y, stroke.width / 2, 0, 2 * Math.PI);
        pen.fill();
        continue;
      }
      pen.moveTo(x, y);
      for (const [px, py] of stroke.points.slice(1)) pen.lineTo(px, py);
      pen.stroke();
    }
  }

  // Hints are transparent, a sketch stands on white paper.
  picture() {
    const out = document.createElement("canvas");
    out.width = this.canvas.width;
    out.height = this.canvas.height;
    const pen = out.getContext("2d");
    if (!this.isHints) {
      pen.fillStyle = "white";
      pen.fillRect(0, 0, out.width, out.height);
    }
    pen.drawImage(this.canvas, 0, 0);
    return new Promise((done) => out.toBlob(done, "image/png"));
  }
}
