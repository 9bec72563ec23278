/** `gpu.pressureWebhooks.create` is at `/api/gpu/pressure-webhooks/create`. */
export function restPathOf(procedure: string): string {
  const segments = procedure.split(".").map((segment) => segment.replaceAll(/[A-Z]/g, hyphenated));
  return `/api/${segments.join("/")}`;
}

/** The name of its operation in the document, which clients are generated from: `gpuPressureWebhooksCreate`. */
export function operationIdOf(procedure: string): string {
  return procedure.replaceAll(/\.(\w)/g, (_dot, letter: string) => letter.toUpperCase());
}

function hyphenated(letter: string): string {
  return `-${letter.toLowerCase()}`;
}
