// All samples of GPU 0 in pages of 50, the newest page first: how many came, page by page, at most 10 pages.
const url = process.env.SIGHTLINE_URL ?? "http://127.0.0.1:3000";

interface Page {
  items: { recorded_at: string; utilization: number | null }[];
  pagination: { next_cursor: string | null };
}

let cursor: string | null = null;
for (let page = 1; page <= 10; page++) {
  const query = new URLSearchParams({ gpu: "0", limit: "50", ...(cursor && { cursor }) });
  const answer = await fetch(`${url}/api/system/gpu/history?${query.toString()}`, {
    headers: { authorization: `Bearer ${process.env.SIGHTLINE_API_KEY ?? ""}` },
  });
  if (!answer.ok) throw new Error(await answer.text());
  const { items, pagination } = (await answer.json()) as Page;
  console.log(`page ${page}: ${items.length} samples`);
  cursor = pagination.next_cursor;
  if (cursor === null) break; // this was the last page
}
