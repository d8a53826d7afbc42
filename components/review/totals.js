// How many readings fit the filter, and how often those that people checked were read right.

import { createElement, fillIn } from "../shared/dom.js";
import { formatPercent } from "../shared/format.js";
import { wilsonInterval } from "../shared/statistics.js";

export class Totals {
  constructor() {
    this.count = createElement("p", "count");
    this.count.setAttribute("role", "status");
    this.accuracy = createElement("p", "accuracy");
    this.counted = null;
  }

  speak(texts, numbers) {
    Object.assign(this, { texts, numbers });
    this.showCount(this.counted);
    if (this.checked) this.showAccuracy(this.checked);
  }

  // counted: { count, all }, all false where there are more; null where nobody has counted.
  showCount(counted) {
    this.counted = counted;
    const { texts } = this;
    if (!counted) this.count.textContent = "";
    else if (counted.all && counted.count === 1) this.count.textContent = texts.count_one;
    else
      this.count.textContent = fillIn(counted.all ? texts.count : texts.count_more, {
        count: this.numbers.format(counted.count),
      });
  }

  // checked: { labelled, right }, how many people labelled and how many of them were read right.
  showAccuracy(checked) {
    this.checked = checked;
    const { labelled, right } = checked;
    if (!labelled) {
      this.accuracy.textContent = this.texts.accuracy_none;
      return;
    }
    const [low, high] = wilsonInterval(right, labelled).map(formatPercent);
    const count = this.numbers.format(labelled);
    this.accuracy.textContent = fillIn(this.texts.accuracy, {
      percent: formatPercent(right / labelled),
      count,
      low,
      high,
    });
  }
}
