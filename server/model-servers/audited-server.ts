interface AuditedServer {
  id: string;
  name: string;
  kind: string;
  url: string;
  model: string | null;
  secret: string | null;
}

/** A model server as a row of the audit holds it: of its address scheme, host and port, of its secret that there is one. */
export function auditedServer({ id, name, kind, url, model, secret }: AuditedServer): object {
  const { origin = "" } = URL.parse(url) ?? {};
  return { id, name, kind, url: origin, model, hasSecret: secret !== null };
}
