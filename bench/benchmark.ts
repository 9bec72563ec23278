/** One line of a benchmark's table. Both values are medians over the rounds. */
export interface BenchmarkRow {
  what: string;
  unit: string;
  peer: number;
  ours: number;
  /** What `ours / peer` should be: "<= 1.35" or ">= 8". Null: for information. */
  goal: `<= ${number}` | `>= ${number}` | null;
}

export interface BenchmarkResult {
  /** Who the peer is, with its version. */
  peer: string;
  rounds: number;
  rows: BenchmarkRow[];
  /** What was compared, so that a fast wrong answer fails: one sentence a check that held. */
  checks: string[];
  /** What a reader must know to read the numbers rightly. */
  notes: string[];
}

export interface Benchmark {
  name: string;
  title: string;
  run: () => Promise<BenchmarkResult>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Peer, ours, peer, ours …, after one round of each that is thrown away. Both sides meet the same machine. */
export async function alternate<Value>(options: {
  rounds: number;
  peer: () => Promise<Value>;
  ours: () => Promise<Value>;
}): Promise<{ peer: Value[]; ours: Value[] }> {
  const results: { peer: Value[]; ours: Value[] } = { peer: [], ours: [] };
  for (let round = 0; round <= options.rounds; round += 1) {
    const [peer, ours] = [await options.peer(), await options.ours()];
    if (round === 0) continue;
    results.peer.push(peer);
    results.ours.push(ours);
  }
  return results;
}

/** True when the ratio reaches the goal; null where there is none. */
export function reachesGoal(row: BenchmarkRow): boolean | null {
  if (row.goal === null) return null;
  const [sign, limit] = row.goal.split(" ");
  const ratio = row.ours / row.peer;
  return sign === "<=" ? ratio <= Number(limit) : ratio >= Number(limit);
}
