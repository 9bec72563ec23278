// Raw rows lie in gpu_stats and, of days that were sealed, as arrays in gpu_hours; never in both (gpu-store.ts). A statement names
// gpu_stats first, because a day that moves meanwhile must be locked where it moves from. Column names come from gpuMetricFacts.

const EXACT_TIME = "h.hour + u.offset_ms * interval '1 millisecond'";

/** SQL for a device of the CTE `wanted`: as an array, unlike as a join, it is looked up in the index. */
export const ANY_WANTED = "ANY (ARRAY(SELECT id FROM wanted))";

const arrayOf = (column: string) => (column === "source" ? "sources" : column);

/** Elements of a row of gpu_hours as rows `u`. A value that is null throughout has no array, and unnest fills up with nulls. */
function elements(columns: readonly string[]): string {
  const arrays = columns.map((column) => `h.${arrayOf(column)}`).join(", ");
  return `unnest(h.offsets_ms, ${arrays}) AS u(offset_ms, ${columns.join(", ")})`;
}

interface RawRows {
  /** Names of columns of gpu_stats beside `recorded_at`. */
  columns: readonly string[];
  /** SQL of the times; from is inclusive, to is not. */
  from: string;
  to: string;
}

/**
 * Subquery of the newest `limit` rows of one device (SQL of its id), newest first, with `recorded_at` and the columns. Of the
 * sealed hours only those are unfolded that the newest rows can lie in.
 */
export function newestRows(rows: RawRows & { device: string; limit: string }): string {
  const { columns, device, from, to, limit } = rows;
  const list = columns.join(", ");
  return `SELECT * FROM (
    (SELECT recorded_at, ${list} FROM gpu_stats
      WHERE device_id = ${device} AND recorded_at >= ${from} AND recorded_at < ${to}
      ORDER BY recorded_at DESC LIMIT ${limit})
    UNION ALL
    (SELECT ${EXACT_TIME} AS recorded_at, ${columns.map((column) => `u.${column}`).join(", ")}
      FROM (
        SELECT *, sum(CASE WHEN hour + interval '1 hour' <= ${to} THEN sample_count ELSE 0 END)
          OVER (ORDER BY hour DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS newer_samples
        FROM gpu_partitions.gpu_hours
        WHERE device_id = ${device} AND hour > ${from} - interval '1 hour' AND hour < ${to}
      ) h CROSS JOIN LATERAL ${elements(columns)}
      WHERE COALESCE(h.newer_samples, 0) < ${limit} AND ${EXACT_TIME} >= ${from} AND ${EXACT_TIME} < ${to}
      ORDER BY 1 DESC LIMIT ${limit})
  ) raw ORDER BY recorded_at DESC LIMIT ${limit}`;
}

/** Subquery of all rows of the devices of a CTE `wanted`: `device_id`, `recorded_at` and the columns. */
export function rowsOfWanted({ columns, from, to }: RawRows): string {
  return `SELECT s.device_id, s.recorded_at, ${columns.map((column) => `s.${column}`).join(", ")} FROM gpu_stats s
  WHERE s.device_id = ${ANY_WANTED} AND s.recorded_at >= ${from} AND s.recorded_at < ${to}
  UNION ALL
  SELECT h.device_id, ${EXACT_TIME}, ${columns.map((column) => `u.${column}`).join(", ")}
  FROM gpu_partitions.gpu_hours h CROSS JOIN LATERAL ${elements(columns)}
  WHERE h.device_id = ${ANY_WANTED} AND h.hour > ${from} - interval '1 hour' AND h.hour < ${to}
    AND ${EXACT_TIME} >= ${from} AND ${EXACT_TIME} < ${to}`;
}
