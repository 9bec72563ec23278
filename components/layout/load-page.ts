/** Leaves for a page by a full load: nothing that was read before stays in the browser's memory. In the browser only. */
export function loadPage(href: string): void {
  window.location.assign(href);
}
