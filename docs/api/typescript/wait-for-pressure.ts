// Memory pressure without polling: each request waits until something changes, at most 5 s here (30 at most).
// Prints the level and how many inferences to allow at once. ROUNDS: how many answers to take, 2 unless it is set.
const url = process.env.SIGHTLINE_URL ?? "http://127.0.0.1:3000";

interface Pressure {
  current_level: "normal" | "warning" | "critical" | null;
  advised_concurrency: number;
  version: number;
}

let version: number | null = null;
for (let round = 0; round < Number(process.env.ROUNDS ?? 2); round++) {
  const wait: string = version === null ? "" : `&wait=5&version=${version}`;
  const answer = await fetch(`${url}/api/system/gpu/pressure?max=8${wait}`, {
    headers: { authorization: `Bearer ${process.env.SIGHTLINE_API_KEY ?? ""}` },
  });
  if (!answer.ok) throw new Error(await answer.text());
  const pressure = (await answer.json()) as Pressure;
  version = pressure.version;
  console.log(`level ${pressure.current_level ?? "null"}, ${pressure.advised_concurrency} at once`);
}
