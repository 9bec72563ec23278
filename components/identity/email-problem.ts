/** What is wrong with a typed e-mail address; null: nothing that a look at it can tell. The server has the last word. */
export function emailProblem(text: string): string | null {
  const email = text.trim();
  if (email === "") return "Give your e-mail address";
  return /^[^\s@<>"]+@[^\s@<>"]+$/.test(email) ? null : "This is not an e-mail address";
}
