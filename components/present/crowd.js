// All phones as tiles, each with its ink and what is read in it; they grow as the room allows.

const GAP = 8; // CSS pixels between tiles

class Crowd {
  // chosen(id): called when a tile is chosen.
  constructor(chosen) {
    this.chosen = chosen;
    this.tiles = new Map();
    this.node = make("section", "crowd");
    this.watcher = new ResizeObserver(() => this.arrange());
    this.watcher.observe(this.node);
  }

  tile(id) {
    if (!this.tiles.has(id)) {
      const paper = new Paper();
      paper.ink = "#fff";
      const text = make("b");
      const name = make("span");
      const node = make("button", "tile", paper.canvas, text, name);
      node.addEventListener("click", () => this.chosen(id));
      this.tiles.set(id, { node, paper, text, name });
      this.node.append(node);
      this.arrange();
    }
    return this.tiles.get(id);
  }

  drop(id) {
    const tile = this.tiles.get(id);
    tile?.paper.leave();
    tile?.node.remove();
    this.tiles.delete(id);
    this.arrange();
  }

  describe(id, { name, away, reading }, { focus, pen, texts, hush }) {
    const { node, text, name: label } = this.tile(id);
    say(text, hush ? "" : (reading?.text ?? ""));
    text.dataset.verdict = reading?.verdict ?? "none";
    say(label, name);
    node.toggleAttribute("data-away", away);
    node.toggleAttribute("data-focus", id === focus);
    node.toggleAttribute("data-pen", id === pen);
    node.setAttribute("aria-label", fillIn(texts.tile, { name: name || texts.guest, text: reading?.text || texts.nothing }));
  }

  arrange() {
    const { clientWidth, clientHeight } = this.node;
    if (!clientWidth) return;
    const count = Math.max(1, this.tiles.size);
    const columns = columnsFor(count, clientWidth, Math.max(clientHeight, 1));
    const side = Math.min(clientWidth / columns, clientHeight / Math.ceil(count / columns)) - GAP;
    this.node.style.setProperty("--columns", columns);
    this.node.style.setProperty("--tile", `${Math.max(24, Math.floor(side))}px`);
  }

  leave() {
    this.watcher.disconnect();
    for (const { paper } of this.tiles.values()) paper.leave();
  }
}
