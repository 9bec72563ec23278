/** What the audit may know of a target: never its secret. */
interface AuditedWebhook {
  id: string;
  name: string;
  url: string;
  enabled: boolean;
}

/**
 * A target as a row of the audit holds it. Of its address scheme, host and port: many services put a secret into the path or the
 * query, and this copy can never be removed.
 */
export function auditedWebhook({ id, name, url, enabled }: AuditedWebhook): AuditedWebhook {
  return { id, name, url: URL.parse(url)?.origin ?? "", enabled };
}
