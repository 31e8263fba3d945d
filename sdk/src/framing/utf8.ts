/**
 * Well-formed UTF-8 by table 3-7 of https://www.unicode.org/versions/latest/core-spec/chapter-3/: no overlong forms, no
 * surrogates, nothing above U+10FFFF.
 *
 * @returns how many bytes the character beyond ASCII takes that begins at `at`; 0 where none does, or it is cut.
 */
export function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  const length = lengthOf(lead);
  if (length === 0) return 0;
  const second = bytes[at + 1] ?? 0;
  if (second < lowestSecond(lead) || second > highestSecond(lead)) return 0;
  for (let i = 2; i < length; i += 1) if (!isContinuation(bytes[at + i] ?? 0)) return 0;
  return length;
}

function lengthOf(lead: number): number {
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

function lowestSecond(lead: number): number {
  if (lead === 0xe0) return 0xa0;
  return lead === 0xf0 ? 0x90 : 0x80;
}

function highestSecond(lead: number): number {
  if (lead === 0xed) return 0x9f;
  return lead === 0xf4 ? 0x8f : 0xbf;
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf;
}
