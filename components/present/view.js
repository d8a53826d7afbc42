// One drawing on the big screen: its ink, the digit in very large type, ten bars.

class View {
  constructor() {
    this.paper = new Paper();
    this.paper.ink = "#fff";
    this.over = make("canvas", "over");
    this.over.width = this.over.height = 700;
    this.name = make("figcaption", "who");
    this.hint = make("p", "hint");
    this.sheet = make("figure", "sheet", this.paper.canvas, this.over, this.hint, this.name);
    this.text = make("div", "digit");
    this.sure = make("p", "sure");
    this.bars = TEN.map((value) => {
      const length = make("i");
      const share = make("span");
      const votes = make("em");
      const row = make("li", "", make("b", "", String(value)), make("div", "track", length), share, votes);
      return { row, length, share, votes };
    });
    this.list = make("ul", "bars", ...this.bars.map((bar) => bar.row));
    this.answer = make("div", "answer", this.text, this.sure, this.list);
    this.node = make("section", "view", this.sheet, this.answer);
  }

  // reading: as a room tells it, in full; null for none. hidden: the answer is not to be seen yet.
  show(reading, texts, hidden = false) {
    this.answer.toggleAttribute("data-hidden", hidden);
    const digits = hidden ? [] : (reading?.digits ?? []);
    this.digit = digits.length === 1 ? digits[0] : null;
    const text = hidden ? "?" : reading?.text || "–";
    say(this.text, text);
    this.text.dataset.length = String(Math.min(9, text.length));
    this.text.dataset.verdict = digits.length ? reading.verdict : "none";
    say(this.sure, digits.length ? this.sentence(reading, texts) : "");
    const shares = this.digit ? chances(this.digit) : TEN.map(() => 0);
    this.bars.forEach(({ row, length, share }, value) => {
      length.style.transform = `scaleX(${shares[value].toFixed(3)})`;
      say(share, this.digit ? percent(shares[value]) : "");
      row.classList.toggle("first", this.digit?.value === value && reading.verdict !== "not_a_digit");
    });
    this.list.classList.toggle("still", digits.length > 1);
  }

  sentence(reading, texts) {
    if (reading.verdict === "not_a_digit" && this.digit) return texts.not_a_digit;
    if (reading.verdict === "unsure" && this.digit) {
      const [first, second] = bestFirst(this.digit.probabilities);
      return fillIn(texts.unsure, { first, second });
    }
    return fillIn(texts.sure, { percent: percent(reading.confidence) });
  }

  // counts: how many people said each digit, null for no votes at all.
  showVotes(counts) {
    this.list.toggleAttribute("data-votes", Boolean(counts));
    this.bars.forEach(({ votes }, value) => say(votes, counts?.[value] ? "●".repeat(Math.min(5, counts[value])) + ` ${counts[value]}` : ""));
  }

  wipeOver() {
    this.over.getContext("2d").clearRect(0, 0, this.over.width, this.over.height);
    this.paper.canvas.style.opacity = "";
  }
}
