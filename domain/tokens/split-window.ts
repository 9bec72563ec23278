import { classOfCodePoint } from "./unicode-classes";

/** Follows the text in a window, is no byte of UTF-8 and in no class: every scan ends there. */
const END_BYTE = 0xff;
const MOST_BYTES_A_UNIT = 3; // of UTF-8 for a unit of UTF-16

const utf8 = new TextEncoder();
/** Classes of ASCII; the other leads are looked up by their code point, and the end is in no class. */
const asciiClasses = Uint8Array.from({ length: 128 }, (_, byte) => classOfCodePoint(byte));

/**
 * The part of a text that is worked on, as UTF-8 (a lone surrogate as U+FFFD). Everything of an encoder reads the same window; it
 * grows where a piece does not fit.
 */
export class Utf8Window {
  bytes = new Uint8Array(0);
  /** In bytes; END_BYTE follows. */
  length = 0;
  /** Nothing of the text follows. */
  isLast = true;
  /** In UTF-16 units. Equal to `length` where everything is ASCII. */
  units = 0;

  /** `units` of the text from `from` on, or as many as there are; never half a surrogate pair. */
  load(text: string, from: number, units: number): void {
    let to = Math.min(text.length, from + units);
    this.isLast = to === text.length;
    if (!this.isLast && isHighSurrogate(text.charCodeAt(to - 1))) to -= 1;
    const part = from === 0 && this.isLast ? text : text.slice(from, to);
    const room = MOST_BYTES_A_UNIT * part.length + 1;
    if (this.bytes.length < room) this.bytes = new Uint8Array(room);
    this.length = utf8.encodeInto(part, this.bytes).written;
    this.bytes[this.length] = END_BYTE;
    this.units = part.length;
  }

  /** UTF-16 units of the bytes from `start` to `end`, which are borders of characters. */
  unitsBetween(start: number, end: number): number {
    if (this.units === this.length) return end - start;
    const { bytes } = this;
    let units = 0;
    for (let at = start; at < end; at += 1) {
      const byte = bytes[at] ?? 0;
      if ((byte & 0xc0) !== 0x80) units += byte < 0xf0 ? 1 : 2;
    }
    return units;
  }

  /** Gives memory back that one huge piece took. */
  shrink(units: number): void {
    const room = MOST_BYTES_A_UNIT * units + 1;
    if (this.bytes.length > room) this.bytes = new Uint8Array(0);
  }
}

function isHighSurrogate(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

/** The class of the character that begins at `at`; 0 at the window's end. */
export function classAt(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? END_BYTE;
  return lead < 0x80 ? (asciiClasses[lead] ?? 0) : classOfWide(bytes, at);
}

function classOfWide(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? END_BYTE;
  if (lead === END_BYTE) return 0;
  const second = (bytes[at + 1] ?? 0) & 0x3f;
  if (lead < 0xe0) return classOfCodePoint(((lead & 0x1f) << 6) | second);
  const third = (bytes[at + 2] ?? 0) & 0x3f;
  if (lead < 0xf0) return classOfCodePoint(((lead & 0x0f) << 12) | (second << 6) | third);
  const fourth = (bytes[at + 3] ?? 0) & 0x3f;
  return classOfCodePoint(((lead & 0x07) << 18) | (second << 12) | (third << 6) | fourth);
}

/** Where the character that begins at `at` ends. */
export function characterEnd(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return at + 1;
  if (lead < 0xe0) return at + 2;
  return lead < 0xf0 ? at + 3 : at + 4;
}
