"use client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import type { TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import type { AppRouter } from "@/server/trpc/root";
import { createCaller } from "./create-caller";
import { isWorthRetrying } from "./describe-error";

type Features = inferRouterOutputs<AppRouter>;

/** Of tRPC's typed options only what is offered here; keys and types are tRPC's own. */
type Queries = {
  [Feature in keyof Features]: {
    [Name in keyof Features[Feature]]: Feature extends keyof TRPCOptionsProxy<AppRouter>
      ? Name extends keyof TRPCOptionsProxy<AppRouter>[Feature]
        ? Pick<
            TRPCOptionsProxy<AppRouter>[Feature][Name],
            ("queryOptions" | "queryKey") & keyof TRPCOptionsProxy<AppRouter>[Feature][Name]
          >
        : never
      : never;
  };
};

const MAX_CALLS_A_REQUEST = 10; // the server refuses longer batches
const FRESH_FOR_MS = 5_000;
const MAX_RETRIES = 2;

const call = createCaller({
  url: "/api/trpc",
  maxCalls: MAX_CALLS_A_REQUEST,
  fetch: (url, init) => globalThis.fetch(url, init),
});

function queryOf(feature: string, name: string) {
  const queryKey = (input?: unknown) => [
    [feature, name],
    input === undefined ? { type: "query" } : { input, type: "query" },
  ];
  return {
    queryKey,
    queryOptions: (input?: unknown, options?: object) => ({
      ...options,
      queryKey: queryKey(input),
      queryFn: ({ signal }: { signal: AbortSignal }) => call(`${feature}.${name}`, input, signal),
    }),
  };
}

// `queries.gpu.latest` names a path: the types know which exist, so nothing is listed here.
const queries = new Proxy(
  {},
  {
    get: (_, feature: string) =>
      new Proxy({}, { get: (__, name: string) => queryOf(feature, name) }),
  },
) as Queries;

/** Typed queries of the portal: `useQuery(useTRPC().gpu.latest.queryOptions())`. */
export function useTRPC(): Queries {
  return queries;
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_FOR_MS,
        refetchOnWindowFocus: false, // ticks keep values fresh, and the range moves when the tab is shown again
        retry: (failures, error) => failures < MAX_RETRIES && isWorthRetrying(error),
      },
    },
  });
}

/** Holds the answers of all queries of the page. */
export function TRPCProviders({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
}
