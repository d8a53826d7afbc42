// Small things that every part of the review uses.

const percent = (share) => {
  const value = share * 100;
  if (value >= 99.95) return "100%";
  return `${value >= 99 || value < 10 ? value.toFixed(1) : Math.round(value)}%`;
};

// 28×28 bytes in base64 on a canvas, each by `colour(level)` as [red, green, blue, alpha].
function paintGlyph(canvas, encoded, colour) {
  canvas.width = canvas.height = 28;
  const context = canvas.getContext("2d");
  const image = context.createImageData(28, 28);
  [...atob(encoded)].forEach((letter, place) => image.data.set(colour(letter.charCodeAt(0)), 4 * place));
  context.putImageData(image, 0, 0);
}

const asInk = (level) => [level, level, level, 255];
const asHeat = (level) => [255, 120 + level / 4, 0, level * 0.8];

// Wilson's interval for `right` of `count`, 95 %: lowest and highest share.
function interval(right, count) {
  const z = 1.959964;
  const share = right / count;
  const middle = share + (z * z) / (2 * count);
  const spread = z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count));
  const scale = 1 + (z * z) / count;
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)];
}
