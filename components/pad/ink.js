// The strokes on the canvas, known while the pen moves.
//
// The canvas (fabric's pencil brush) tells its drawing only 200 ms after the pen lifts. Ink listens to
// the same events and keeps the same points, so that what it says at pen-up is what the canvas sends.

const NEAREST = 0.4; // pixels of the pad: the brush drops points nearer than this to the one before
const PALM = 32; // CSS pixels: a touch with a larger radius is a hand, not a finger
const MOUSE_PAUSE = 450; // ms after a touch in which the canvas ignores the mouse

// Whole pixels of the pad. The nudge keeps rounding noise from deciding a tie.
const whole = (value) => Math.floor(value + 0.5 + 1e-6);

const samePoint = (one, other) => one[0] === other[0] && one[1] === other[1];

// The brush's own thinning: all points but the last two are dropped where too near.
function thin(points) {
  if (points.length <= 2) return points;
  let kept = points[0];
  const thinned = [kept];
  for (const point of points.slice(1, -2)) {
    if ((kept[0] - point[0]) ** 2 + (kept[1] - point[1]) ** 2 >= NEAREST ** 2) {
      kept = point;
      thinned.push(point);
    }
  }
  thinned.push(points.at(-1));
  return thinned;
}

// A stroke as the canvas will tell it.
const drawn = (points) => thin(points).map(([x, y]) => [whole(x), whole(y)]);

export class Ink {
  // canvasAt(event): the canvas under an event, or null. tell(phase): called at every change, the phase
  // being "move", "up", "undone", or why the pad was emptied.
  constructor(canvasAt, tell) {
    this.canvasAt = canvasAt;
    this.tell = tell;
    this.strokes = [];
    this.pen = null;
    this.penSeen = false;
    this.pointerType = null;
    this.lastTouch = -Infinity;
    this.stop = new AbortController();
    this.listen();
  }

  get drawing() {
    return this.pen !== null;
  }

  // All strokes as [[x, y], …] in whole pixels of the pad, the one under the pen with its newest point.
  all() {
    if (!this.pen) return this.strokes;
    const { points, ahead } = this.pen;
    return [...this.strokes, drawn(ahead ? [...points, ahead] : points)];
  }

  undo() {
    this.strokes = this.strokes.slice(0, -1);
    this.tell("undone");
  }

  clear(phase) {
    this.strokes = [];
    this.tell(phase);
  }

  listen() {
    const options = { capture: true, passive: false, signal: this.stop.signal };
    const on = (type, handler) => window.addEventListener(type, handler.bind(this), options);
    on("pointerdown", this.pointerDown);
    on("pointerrawupdate", this.pointerAhead);
    on("pointermove", this.pointerMove);
    on("mousedown", this.mouseDown);
    on("mousemove", this.mouseMove);
    on("mouseup", this.mouseUp);
    on("touchstart", this.touchStart);
    on("touchmove", this.touchMove);
    on("touchend", this.touchEnd);
    on("touchcancel", this.touchEnd);
  }

  pointerDown(event) {
    const canvas = this.canvasAt(event);
    if (!canvas) return;
    this.pointerType = event.pointerType;
    this.penSeen ||= event.pointerType === "pen";
    // A captured mouse keeps drawing outside the pad and outside the window.
    if (event.pointerType === "mouse" && event.isTrusted) canvas.setPointerCapture(event.pointerId);
  }

  // Comes before the frame's mousemove: the bars need not wait for it. A mouse will be told in whole
  // pixels then, and what is the same ink need not be read twice.
  pointerAhead(event) {
    if (!this.pen || !event.isPrimary) return;
    const { clientX, clientY, pointerType } = event;
    const told = pointerType === "mouse" ? { clientX: Math.floor(clientX), clientY: Math.floor(clientY) } : event;
    const point = this.place(told);
    this.pen.ahead = samePoint(point, this.pen.points.at(-1)) ? null : point;
    this.tell("move");
  }

  // Nobody needs it while the pen draws: the canvas goes by mouse and touch, and the page's own
  // framework would look through all its handlers for each.
  pointerMove(event) {
    if (this.pen) event.stopImmediatePropagation();
  }

  mouseDown(event) {
    const canvas = this.canvasAt(event);
    if (!canvas) return;
    if (event.button !== 0 || performance.now() - this.lastTouch < MOUSE_PAUSE) {
      event.stopImmediatePropagation();
      return;
    }
    this.begin(canvas, null, event);
  }

  mouseMove(event) {
    if (this.pen && this.pen.finger === null) this.extend(event, event.shiftKey);
  }

  mouseUp(event) {
    if (this.pen && this.pen.finger === null && event.button === 0) this.finish();
  }

  touchStart(event) {
    const canvas = this.canvasAt(event);
    if (!canvas) return;
    const touch = event.changedTouches[0];
    const palm = Math.max(touch.radiusX ?? 0, touch.radiusY ?? 0) > PALM;
    const handBesidePen = this.penSeen && this.pointerType !== "pen";
    if (this.pen || palm || handBesidePen) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    this.begin(canvas, touch.identifier, touch);
  }

  touchMove(event) {
    const touch = event.changedTouches[0];
    if (this.pen && touch.identifier === this.pen.finger) this.extend(touch, event.shiftKey);
  }

  touchEnd(event) {
    const touch = [...event.changedTouches].find((one) => one.identifier === this.pen?.finger);
    if (!touch) return;
    this.lastTouch = performance.now();
    const canvasMissesIt = event.touches.length > 0 || event.type === "touchcancel";
    if (canvasMissesIt && event.isTrusted) this.endForCanvas(touch);
    else this.finish();
  }

  // The canvas would go on drawing while a palm still rests on the glass: this ends the stroke for it,
  // and for us, as it passes here too.
  endForCanvas(touch) {
    const end = { bubbles: true, composed: true, changedTouches: [touch] };
    this.pen.canvas.dispatchEvent(new TouchEvent("touchend", end));
  }

  place(event) {
    const canvas = this.pen.canvas;
    const box = canvas.getBoundingClientRect();
    return [
      (event.clientX - box.left) * (canvas.width / box.width),
      (event.clientY - box.top) * (canvas.height / box.height),
    ];
  }

  begin(canvas, finger, event) {
    this.pen = { canvas, finger, points: [], ahead: null };
    const start = this.place(event);
    this.pen.points = [start, start];
    this.tell("move");
  }

  extend(event, straight) {
    const point = this.place(event);
    const { points } = this.pen;
    const last = points.at(-1);
    this.pen.ahead = null;
    if (samePoint(point, last)) return;
    if (straight) points.pop();
    points.push(point);
    this.tell("move");
  }

  finish() {
    this.strokes = [...this.strokes, drawn(this.pen.points)];
    this.pen = null;
    this.tell("up");
  }
}
