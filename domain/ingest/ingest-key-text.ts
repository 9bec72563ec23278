export const INGEST_KEY_LENGTH = { min: 32, max: 512 };

/** The key that the text of a key file holds, without the space around it; null when it holds none that serves. */
export function ingestKeyOf(text: string): string | null {
  const key = text.trim();
  const { min, max } = INGEST_KEY_LENGTH;
  return /^[\x21-\x7e]+$/.test(key) && key.length >= min && key.length <= max ? key : null;
}
