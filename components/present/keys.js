// What the presenter does, and the keys for it. A remote sends PageDown, PageUp, "b" or "." for
// black, F5 (for which the page must not be loaded anew) and Escape.

const KEYS = {
  " ": "next",
  pagedown: "next",
  arrowright: "next",
  enter: "next",
  pageup: "back",
  arrowleft: "back",
  arrowdown: "nextGuest",
  arrowup: "previousGuest",
  f: "full",
  f5: "full",
  escape: "escape",
  delete: "clearAll",
  b: "black",
  ".": "black",
  "?": "help",
  v: "light",
  j: "join",
  d: "draw",
  g: "everyone",
  s: "slow",
  m: "sees",
  h: "heat",
  p: "pair",
  t: "tour",
  w: "guess",
  x: "fool",
  e: "end",
  c: "clear",
  u: "undo",
  l: "lock",
  o: "handOn",
  n: "handToNext",
  a: "all",
  k: "remove",
  i: "close",
};

// Shown in the help, in this order.
export const HELP = [
  ["next", "Space →"],
  ["back", "←"],
  ["nextGuest", "↓ ↑"],
  ["full", "F"],
  ["black", "B"],
  ["light", "V"],
  ["join", "J"],
  ["draw", "D"],
  ["everyone", "G"],
  ["slow", "S"],
  ["sees", "M"],
  ["heat", "H"],
  ["pair", "P"],
  ["tour", "T"],
  ["guess", "W"],
  ["fool", "X"],
  ["end", "E"],
  ["clear", "C"],
  ["clearAll", "Del"],
  ["undo", "U"],
  ["lock", "L"],
  ["all", "A"],
  ["handOn", "O"],
  ["handToNext", "N"],
  ["remove", "K"],
  ["close", "I"],
];

export function actionFor(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const path = event.composedPath();
  if (path.some((one) => one.matches?.("input, textarea, select, [contenteditable]"))) return null;
  const onButton = path.some((one) => one.matches?.("button, a"));
  if (onButton && (event.key === " " || event.key === "Enter")) return null;
  if (/^[0-9]$/.test(event.key)) return ["digit", event.key];
  const action = KEYS[event.key.toLowerCase()];
  return action ? [action] : null;
}
