/** Value of each character code that is a hexadecimal digit; every other one counts as 0. */
const digits = new Uint8Array(0x80);
for (let value = 0; value < 16; value += 1) {
  const digit = value.toString(16);
  digits[digit.charCodeAt(0)] = value;
  digits[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Writes the bytes that hexadecimal digits stand for. For ids this takes a third of the time of `Buffer.write`, which
 * leaves this side of the engine.
 *
 * @param hex two digits for each byte
 */
export function writeHex(out: Uint8Array, at: number, hex: string, bytes: number): void {
  for (let i = 0; i < bytes; i += 1) {
    const high = digits[hex.charCodeAt(2 * i)] ?? 0;
    const low = digits[hex.charCodeAt(2 * i + 1)] ?? 0;
    out[at + i] = (high << 4) | low;
  }
}
