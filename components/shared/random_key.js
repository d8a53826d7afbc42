// Names that cannot be guessed, and that no two browsers choose.

const BYTES = 16;

/** Return a random key, 32 hexadecimal digits. */
export function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
