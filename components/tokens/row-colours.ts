import { type ChartColour, seriesColours } from "@/components/charts/chart-colours";

/** Models that have a colour of their own on all pages. */
const known: Partial<Record<string, number>> = {
  reranker: 2,
  detector: 3,
  florence: 4,
  nemotron: 6,
  clip: 7,
  "qwen-vl": 8,
};

interface Named {
  service: string;
  model: string;
}

export function rowKey({ service, model }: Named): string {
  return `${model}\u0000${service}`;
}

/**
 * A colour for each pair of a model and a service, by their names and not by their place in a list: a model keeps its colour from visit
 * to visit. Where two names come to the same one the second takes the next that is free; from the ninth on all are grey.
 */
export function rowColours(rows: readonly Named[]): ReadonlyMap<string, ChartColour> {
  const sorted = [...rows].sort((left, right) => (rowKey(left) < rowKey(right) ? -1 : 1));
  const taken = new Set<number>();
  return new Map(
    sorted.map((row) => {
      const wanted =
        known[row.model.toLowerCase()] ?? 1 + (hashOf(row.model) % seriesColours.length);
      const place = seriesColours
        .map((_, offset) => ((wanted - 1 + offset) % seriesColours.length) + 1)
        .find((free) => !taken.has(free));
      if (place !== undefined) taken.add(place);
      return [
        rowKey(row),
        place === undefined ? "--series-0" : (`--series-${place}` as ChartColour),
      ];
    }),
  );
}

function hashOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash;
}
