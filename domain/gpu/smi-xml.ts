/** One element: its text with all white space at its ends cut off, and its children in order. */
export interface XmlElement {
  name: string;
  text: string;
  children: XmlElement[];
}

const MAX_LENGTH = 32 * 1024 * 1024;
const MAX_DEPTH = 32;
const MAX_TOKENS = 2_000_000;

const namedEntities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

// One token at a time, from where the last one ended. No alternative can match in two ways, so no text makes it slow.
const token = new RegExp(
  [
    String.raw`<!--(?<comment>[\s\S]*?)-->`,
    String.raw`<\?[\s\S]*?\?>`,
    // A document type may be named, but not written out: a declaration inside it could define entities.
    String.raw`<!DOCTYPE\s+[\w.-]+(?:\s+(?:SYSTEM|PUBLIC))?(?:\s+"[^"<>[\]]*"){0,2}\s*>`,
    String.raw`<\/(?<close>[A-Za-z_][\w.:-]*)\s*>`,
    String.raw`<(?<open>[A-Za-z_][\w.:-]*)(?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(?<empty>\/)?>`,
    String.raw`(?<text>[^<]+)`,
  ].join("|"),
  "y",
);

/**
 * Reads the small part of XML that nvidia-smi writes: elements and text, the five named entities and numbered characters. What is
 * more (CDATA, a document type with declarations, other entities) or less (an element without an end) is refused as a whole: null.
 * Never throws. Attributes are checked and dropped.
 */
export function parseSmiXml(text: string): XmlElement | null {
  if (text.length > MAX_LENGTH) return null;
  const document: XmlElement = { name: "", text: "", children: [] };
  const open = [document];
  let tokens = 0;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const groups = token.exec(text)?.groups;
    tokens += 1;
    if (groups === undefined || tokens > MAX_TOKENS || !take(groups, open)) return null;
  }
  const isOneRoot = document.children.length === 1 && document.text.trim() === "";
  return open.length === 1 && isOneRoot ? (document.children[0] ?? null) : null;
}

/** Adds one token to the elements that are open, the innermost last. False = it has no place there. */
function take(groups: Record<string, string | undefined>, open: XmlElement[]): boolean {
  const parent = open.at(-1);
  if (parent === undefined) return false;
  if (groups.open !== undefined) {
    const child = { name: groups.open, text: "", children: [] };
    parent.children.push(child);
    if (groups.empty === undefined) open.push(child);
    return open.length <= MAX_DEPTH;
  }
  if (groups.close !== undefined) {
    parent.text = parent.text.trim();
    open.pop();
    return open.length > 0 && parent.name === groups.close;
  }
  const decoded = decodeText(groups.text ?? "");
  parent.text += decoded ?? "";
  return decoded !== null;
}

function decodeText(text: string): string | null {
  const parts = text.split("&");
  let decoded = parts[0] ?? "";
  for (const part of parts.slice(1)) {
    const end = part.indexOf(";");
    const character = end < 0 || end > 10 ? null : entity(part.slice(0, end));
    if (character === null) return null;
    decoded += character + part.slice(end + 1);
  }
  return decoded;
}

function entity(name: string): string | null {
  if (Object.hasOwn(namedEntities, name)) return namedEntities[name] ?? null;
  const [, hex, decimal] = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
  const code = hex === undefined ? Number(decimal ?? NaN) : Number.parseInt(hex, 16);
  return isXmlCharacter(code) ? String.fromCodePoint(code) : null;
}

function isXmlCharacter(code: number): boolean {
  if (code >= 0xd800 && code <= 0xdfff) return false;
  return (code >= 0x20 && code <= 0x10ffff) || code === 9 || code === 10 || code === 13;
}

/** The first element on this way down, by names. */
export function findElement(from: XmlElement, ...path: readonly string[]): XmlElement | null {
  let element: XmlElement | undefined = from;
  for (const name of path) element = element?.children.find((child) => child.name === name);
  return element ?? null;
}

/** All children with this name. */
export function elementsNamed(from: XmlElement | null, name: string): XmlElement[] {
  return from?.children.filter((child) => child.name === name) ?? [];
}
