/** What is wrong with the address of a target, as far as a browser can tell; null when nothing is. The server checks more. */
export function addressProblem(text: string): string | null {
  const address = text.trim();
  if (address === "") return "Give an address";
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol))
    return "The address begins with http:// or https://";
  if (url.username !== "" || url.password !== "")
    return "Leave the user name and the password out: messages are signed with a secret of their own";
  return null;
}
