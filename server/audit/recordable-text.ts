/** Keys of this product (a hint is shorter), secrets of webhooks, and headers: whatever they stand under. */
const SECRET =
  /\bsl_(?:adm|opr|view|read|ctl|ing)_\w{12,}|\bwhsec_[\w+/=]+|\b(?:Bearer|Basic)\s+\S{12,}/gi;
/** Of an address, user name, password, query and fragment may hold secrets; what is left says where it leads. */
const ADDRESS = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)(?:[^\s/?#]*@)?([^\s?#]*)(?:[?#]\S*)?/gi;
/** Would write over the line of a terminal, or turn the direction of what follows. */
const UNPRINTABLE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

export const HIDDEN = "(not recorded)";

/** A text as a row may hold it: one line of so many UTF-16 units at most, without secrets that can be told by their look. */
export function recordableText(text: string, maxLength: number): string {
  const plain = text
    .slice(0, 2 * maxLength) // what follows is linear in this
    .replaceAll(UNPRINTABLE, " ")
    .replaceAll(SECRET, HIDDEN)
    .replaceAll(ADDRESS, "$1$2");
  const short = plain.length > maxLength ? `${plain.slice(0, maxLength - 1)}…` : plain;
  return short.toWellFormed();
}
