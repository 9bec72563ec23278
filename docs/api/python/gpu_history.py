"""All samples of GPU 0 in pages of 50, the newest page first: how many came, page by page, at most 10 pages."""

from sightline import call

query = {"gpu": "0", "limit": 50}
for page in range(1, 11):
    answer = call("/api/system/gpu/history", query)
    print(f"page {page}: {len(answer['items'])} samples")
    query["cursor"] = answer["pagination"]["next_cursor"]
    if query["cursor"] is None:
        break  # this was the last page
