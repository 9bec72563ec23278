import type pg from "pg";

/** What `fillMillion` stores. */
export const MILLION = { rows: 1_000_000, days: 30, services: 4, models: 3 };

/**
 * A million validations of the 30 days up to a time, evenly spread over 12 pairs of a service and a model, with their roll-ups: written
 * by SQL, since recording them would take minutes. One in 20 is over, half of these truncated; one in 10 a warning.
 */
export async function fillMillion(client: pg.Client, untilMs: number): Promise<void> {
  // Its readings would be counted with those of the pages.
  await client.query("ALTER TABLE token_validations SET (autovacuum_enabled = false)");
  const everyMs = (MILLION.days * 86_400_000) / MILLION.rows;
  await client.query(
    `INSERT INTO token_validations (recorded_at, service, model, profile_id, request_id, tokens, final_tokens, available_tokens,
       context_window, max_output_tokens, utilization, outcome, was_truncated, removed, sections, method_kind, method_name, lost_tokens)
     SELECT to_timestamp(($1::float8 - n * $2::float8) / 1000), 'service-' || n % ${MILLION.services}, 'model-' || n % ${MILLION.models},
       '11111111-1111-4111-8111-111111111111', 'request-' || n, t.tokens, t.tokens, 2560, 4096, 1536, t.tokens / 2560.0,
       CASE WHEN n % 20 = 0 THEN 'over' WHEN n % 10 = 5 THEN 'warning' ELSE 'ok' END, n % 40 = 0,
       CASE WHEN n % 40 = 0 THEN '[{"name":"pose","savedTokens":300}]'::jsonb ELSE '[]' END,
       CASE WHEN n % 20 = 0 THEN '[{"name":"pose","tokens":300,"priority":1,"required":false}]'::jsonb END,
       'encoding', 'cl100k_base', CASE WHEN n % 5000 = 0 THEN 17 END
     FROM generate_series(1, ${MILLION.rows}) n,
       LATERAL (SELECT CASE WHEN n % 20 = 0 THEN 2700 ELSE 100 + n % 1900 END AS tokens) t`,
    [untilMs, everyMs],
  );
  for (const step of [60, 3_600]) await rollUp(client, step);
  await client.query("VACUUM (ANALYZE) token_validations, token_usage, token_removals");
}

async function rollUp(client: pg.Client, step: number): Promise<void> {
  const at = `to_timestamp(floor(extract(epoch FROM recorded_at) / ${step}) * ${step})`;
  const counts = (bucket: string, buckets: number) =>
    `ARRAY(SELECT count(*) FILTER (WHERE b = i)::int FROM generate_series(0, ${buckets}) i, unnest(array_agg(${bucket})) b GROUP BY i ORDER BY i)`;
  await client.query(`
    INSERT INTO token_usage (step_seconds, at, service, model, prompts, tokens_sum, tokens_max, utilization_sum, utilization_max,
      utilization_counts, size_counts, warnings, over, truncated, silent_cuts, newest_at, newest_context_window,
      newest_available_tokens, newest_method_kind, newest_method_name)
    SELECT ${step}, ${at}, service, model, count(*), sum(tokens), max(tokens), sum(utilization), max(utilization),
      ${counts("least(27, floor(utilization / 0.05 + 1e-9))::int", 21)},
      ${counts("(floor(ln(tokens) / ln(2) * 4) + 1)::int", 46)},
      count(*) FILTER (WHERE outcome = 'warning'), count(*) FILTER (WHERE outcome = 'over'),
      count(*) FILTER (WHERE was_truncated), count(lost_tokens), max(recorded_at), 4096, 2560, 'encoding', 'cl100k_base'
    FROM token_validations GROUP BY 1, 2, 3, 4`);
  await client.query(`
    INSERT INTO token_removals (step_seconds, at, service, model, section, prompts, saved_tokens)
    SELECT ${step}, ${at}, service, model, 'pose', count(*), sum(300)
    FROM token_validations WHERE was_truncated GROUP BY 1, 2, 3, 4`);
}
