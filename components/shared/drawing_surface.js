// A square paper that shows ink as it grows, and a pen that makes some.
// Strokes are lists of [x, y] in units of the paper, which is SIDE wide, y down.

const SIDE = 1000;
const NIB = 36; // units: the width of the pen

class Paper {
  constructor(className = "paper") {
    this.canvas = document.createElement("canvas");
    this.canvas.className = className;
    this.context = this.canvas.getContext("2d");
    this.strokes = [];
    this.painted = { strokes: 0, points: 0 };
    this.fresh = true;
    this.watcher = new ResizeObserver(() => {
      this.fresh = true;
      this.paint();
    });
    this.watcher.observe(this.canvas);
  }

  set(strokes) {
    this.strokes = strokes;
    this.fresh = true;
  }

  get points() {
    return this.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  }

  fit() {
    const side = Math.round(this.canvas.clientWidth * (window.devicePixelRatio || 1));
    if (side > 0 && this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
  }

  // Paint what has come since the last time; all of it where some was taken away or the size changed.
  paint() {
    const { context, canvas, strokes } = this;
    if (this.fresh) {
      this.fit();
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      this.painted = { strokes: 0, points: 0 };
      this.fresh = false;
    }
    context.setTransform(canvas.width / SIDE, 0, 0, canvas.width / SIDE, 0, 0);
    const ink = this.ink ?? getComputedStyle(canvas).color;
    for (let place = Math.max(0, this.painted.strokes - 1); place < strokes.length; place += 1) {
      const known = place === this.painted.strokes - 1 ? this.painted.points : 0;
      if (strokes[place].length > known) drawStroke(context, strokes[place], known, ink);
    }
    this.painted = { strokes: strokes.length, points: strokes.at(-1)?.length ?? 0 };
  }

  leave() {
    this.watcher.disconnect();
  }
}

// Draw a stroke from the point at `start` on.
function drawStroke(context, points, start, colour, width = NIB) {
  context.lineWidth = width;
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = colour;
  context.beginPath();
  const first = points[Math.max(0, start - 1)];
  context.moveTo(...first);
  if (points.length === 1) context.lineTo(first[0] + 0.01, first[1]);
  for (const point of points.slice(Math.max(1, start))) context.lineTo(...point);
  context.stroke();
}

// Follows a pen, a finger or the mouse on a paper. allowed(): whether it may draw now. drew(piece): what
// came, as a room takes it. lifted().
class RoomPen {
  constructor(paper, { allowed, drew, lifted }) {
    Object.assign(this, { paper, allowed, drew, lifted, pointer: null, stop: new AbortController() });
    const { canvas } = paper;
    canvas.style.touchAction = "none";
    const on = (type, handler) => canvas.addEventListener(type, handler.bind(this), { signal: this.stop.signal });
    on("pointerdown", this.down);
    on("pointermove", this.move);
    on("pointerup", this.up);
    on("pointercancel", this.up);
  }

  down(event) {
    if (this.pointer !== null || event.button !== 0 || !this.allowed()) return;
    event.preventDefault();
    this.pointer = event.pointerId;
    this.paper.canvas.setPointerCapture(event.pointerId);
    this.paper.strokes = [...this.paper.strokes, []];
    this.extend([event]);
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    if (!this.allowed()) {
      this.up(event);
      return;
    }
    const events = event.getCoalescedEvents?.() ?? [];
    this.extend(events.length ? events : [event]);
  }

  up(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.lifted();
  }

  // Ink was replaced meanwhile: what the pen goes on with is no stroke of it.
  drop() {
    this.pointer = null;
  }

  extend(events) {
    const box = this.paper.canvas.getBoundingClientRect();
    const place = this.paper.strokes.length - 1;
    const stroke = this.paper.strokes[place];
    const start = stroke.length;
    for (const { clientX, clientY } of events) {
      const point = [onPaper((clientX - box.left) / box.width), onPaper((clientY - box.top) / box.height)];
      const last = stroke.at(-1);
      if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= 1) stroke.push(point);
    }
    if (stroke.length > start) this.drew([place, start, stroke.slice(start)]);
  }
}

const onPaper = (share) => Math.round(Math.min(1, Math.max(0, share)) * SIDE * 10) / 10;

// Ink as a room tells of it, put into strokes that are there: the strokes as they are then.
function withNews(strokes, news) {
  if (news.all) return news.all;
  for (const [place, start, points] of news.more) {
    if (place >= strokes.length) strokes.push([]);
    const stroke = strokes[place];
    stroke.length = Math.min(stroke.length, start);
    stroke.push(...points);
  }
  return strokes;
}
