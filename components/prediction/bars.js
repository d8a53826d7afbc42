// Paints one reading: the text, how sure, ten bars or a row a digit, what the network sees.

const TEN = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

// A text that stays the same must not cost a layout, and one that changes no more than that: what
// depends on which nodes there are (:has) is looked at anew where a node comes or goes.
function say(node, text) {
  const { firstChild } = node;
  if (!firstChild) node.textContent = text;
  else if (firstChild.data !== text) firstChild.data = text;
}

const percent = (share) => {
  const value = share * 100;
  if (value >= 99.95) return ">99.9%";
  if (value < 0.05) return "0%";
  return `${value >= 99 || value < 10 ? value.toFixed(1) : Math.round(value)}%`;
};

// The chance of each digit that it is this and that it is a digit at all: together at most 1.
function chances(digit) {
  const highest = digit.probabilities[digit.value];
  const isDigit = highest > 0 ? Math.min(1, digit.confidence / highest) : 0;
  return digit.probabilities.map((share) => share * isDigit);
}

const bestFirst = (shares) => [...TEN].sort((one, other) => shares[other] - shares[one]);

class Painter {
  constructor(root) {
    this.heading = make("h2");
    this.origin = make("span", "origin");
    this.text = make("div", "text");
    this.text.setAttribute("aria-hidden", "true");
    this.sure = make("p", "sure");
    this.note = make("p", "note");
    this.picture = make("img", "picture");
    this.picture.alt = "";
    this.glyph = make("canvas", "glyph");
    this.glyph.setAttribute("role", "img");
    this.seen = make("figure", "seen", this.glyph, make("figcaption"));
    const words = make("div", "words", this.sure, this.note);
    this.hero = make("div", "hero", this.text, words, this.seen, this.picture);
    this.barsHeading = make("h2");
    this.bars = TEN.map((value) => this.bar(value));
    this.barList = make("ul", "bars", ...this.bars.map((bar) => bar.row));
    this.rowList = make("ul", "rows");
    this.spoken = make("div", "spoken");
    this.spoken.setAttribute("aria-live", "polite");
    this.error = make("p", "error");
    this.error.setAttribute("role", "alert");
    this.sign = make("p", "sign");
    this.sign.setAttribute("role", "status");
    const head = make("header", "", this.heading, this.origin);
    const ways = [this.hero, this.barsHeading, this.barList, this.rowList];
    this.panel = make("section", "panel card", head, this.error, ...ways, this.sign);
    root.append(this.panel, this.spoken);
    this.rows = [];
  }

  bar(value) {
    const label = make("b", "", String(value));
    const length = make("i");
    const share = make("span");
    const row = make("li", "", label, make("div", "track", length), share);
    return { row, length, share };
  }

  setTexts(texts) {
    this.texts = texts;
    this.heading.textContent = texts.heading;
    this.barsHeading.textContent = texts.chances;
    this.seen.lastElementChild.textContent = texts.sees;
    this.glyph.setAttribute("aria-label", texts.sees);
  }

  // reading: { text, digits }, or null for an empty pad. Bars that follow the pen need no easing, and each
  // frame of it would keep other pages' bars waiting.
  paint(reading, { blank, eased }) {
    this.panel.toggleAttribute("data-eased", eased);
    const digits = reading?.digits ?? [];
    const { texts } = this;
    const single = digits.length <= 1;
    const text = reading?.text || "–";
    const longest = Math.max(...text.split("\n").map((line) => line.length));
    say(this.text, text);
    this.text.dataset.length = String(Math.min(9, longest));
    this.text.dataset.verdict = digits.length ? worst(digits) : "none";
    const nothing = blank ? [texts.blank, texts.blank_more] : [texts.empty, texts.empty_more];
    const [sure, note] = digits.length ? this.sentences(digits) : nothing;
    say(this.sure, sure);
    say(this.note, note);
    hide(this.barList, !single);
    hide(this.rowList, single);
    hide(this.seen, !single || digits.length === 0);
    if (single) this.paintBars(digits[0]);
    else this.paintRows(digits);
  }

  sentences(digits) {
    const { texts } = this;
    const lowest = Math.min(...digits.map((digit) => digit.confidence));
    const sure = fillIn(texts.sure, { percent: percent(lowest) });
    if (digits.length > 1) {
      const odd = digits.some((digit) => digit.verdict === "not_a_digit");
      return [sure, odd ? texts.some_not_digits : ""];
    }
    const [digit] = digits;
    if (digit.verdict === "not_a_digit") return [texts.not_a_digit, ""];
    if (digit.verdict === "unsure") {
      const [first, second] = bestFirst(digit.probabilities);
      return [fillIn(texts.unsure, { first, second }), sure];
    }
    return [sure, ""];
  }

  paintBars(digit) {
    const shares = digit ? chances(digit) : TEN.map(() => 0);
    this.barList.dataset.verdict = digit?.verdict ?? "none";
    this.bars.forEach(({ row, length, share }, value) => {
      length.style.transform = `scaleX(${shares[value].toFixed(4)})`;
      say(share, digit ? percent(shares[value]) : "");
      row.dataset.share = digit ? String(shares[value]) : "";
      row.classList.toggle("first", digit?.value === value);
    });
    if (digit) drawGlyph(this.glyph, digit.glyph);
  }

  paintRows(digits) {
    while (this.rows.length < digits.length) this.rows.push(this.row());
    this.rowList.replaceChildren(...this.rows.slice(0, digits.length).map((row) => row.item));
    digits.forEach((digit, index) => this.paintRow(this.rows[index], digit, index, digits.length));
  }

  row() {
    const glyph = make("canvas", "glyph");
    const value = make("b");
    const columns = TEN.map((ten) => {
      const height = make("i");
      return { height, column: make("div", "", make("span", "", height), make("small", "", String(ten))) };
    });
    const chart = make("div", "columns", ...columns.map((one) => one.column));
    chart.setAttribute("aria-hidden", "true");
    const sure = make("span", "percent");
    return { item: make("li", "", glyph, value, chart, sure), glyph, value, columns, sure };
  }

  paintRow(row, digit, index, count) {
    const odd = digit.verdict === "not_a_digit";
    const shares = chances(digit);
    const values = { place: index + 1, count, value: digit.value, percent: percent(digit.confidence) };
    row.item.dataset.verdict = digit.verdict;
    row.item.setAttribute("aria-label", fillIn(odd ? this.texts.mark_row : this.texts.digit_row, values));
    say(row.value, odd ? "?" : String(digit.value));
    say(row.sure, odd ? "–" : values.percent);
    row.columns.forEach(({ height, column }, value) => {
      height.style.transform = `scaleY(${shares[value].toFixed(4)})`;
      column.classList.toggle("first", value === digit.value);
    });
    drawGlyph(row.glyph, digit.glyph);
  }

  announce(reading) {
    const digits = reading?.digits ?? [];
    const { texts } = this;
    let sentence = texts.announce_nothing;
    if (digits.length === 1 && digits[0].verdict === "unsure") {
      const [first, second] = bestFirst(digits[0].probabilities);
      sentence = fillIn(texts.announce_unsure, { first, second });
    } else if (digits.length === 1 && digits[0].verdict === "not_a_digit") {
      sentence = texts.not_a_digit;
    } else if (digits.length) {
      const lowest = Math.min(...digits.map((digit) => digit.confidence));
      sentence = fillIn(texts.announce, { text: reading.text, percent: percent(lowest) });
    }
    this.spoken.textContent = sentence;
  }
}

const worst = (digits) =>
  ["not_a_digit", "unsure", "digit"].find((verdict) => digits.some((digit) => digit.verdict === verdict));

// 28×28 ink, base64 of 784 bytes, as crisp pixels in the colour of the text.
function drawGlyph(canvas, encoded) {
  if (!encoded || canvas.dataset.shown === encoded) return;
  canvas.dataset.shown = encoded;
  if (canvas.width !== 28) canvas.width = canvas.height = 28;
  const ink = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  const context = canvas.getContext("2d");
  const image = context.createImageData(28, 28);
  const pixels = new Uint32Array(image.data.buffer);
  ink.forEach((level, place) => {
    pixels[place] = 0xff000000 | (level << 16) | (level << 8) | level;
  });
  context.putImageData(image, 0, 0);
}
