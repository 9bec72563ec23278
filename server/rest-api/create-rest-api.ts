import type { Route } from "@/server/http/route";
import { documentRoutes } from "./document-routes";
import { generatedRoutes, type RestApiOptions } from "./generated-routes";

/**
 * What other tools ask: the REST twins of all procedures, and the document and page that describe them and `existing`, the routes
 * that features wrote themselves. Where a twin has the method and address of one of these, the existing one stays.
 */
export function createRestApi(
  options: RestApiOptions & { version: string; existing: readonly Route[] },
): Route[] {
  const { version, existing } = options;
  const generated = generatedRoutes(options, existing);
  return [...generated, ...documentRoutes({ version, generated, written: existing })];
}
