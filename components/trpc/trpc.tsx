"use client";
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import type { inferRouterOutputs } from "@trpc/server";
import type { TRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { type ReactNode, useState } from "react";
import type { AppRouter } from "@/server/trpc/root";
import { createCaller } from "./create-caller";
import { isUnauthenticated, isWorthRetrying } from "./describe-error";

/** Of tRPC's typed options only what is offered here; keys and types are tRPC's own. */
type Offered<Outputs, Options> = {
  [Name in keyof Outputs & keyof Options]: Options[Name] extends { queryOptions: unknown }
    ? Pick<Options[Name], ("queryOptions" | "queryKey") & keyof Options[Name]>
    : Options[Name] extends { mutationOptions: unknown }
      ? Pick<Options[Name], "mutationOptions">
      : Offered<Outputs[Name], Options[Name]>;
};
type Procedures = Offered<inferRouterOutputs<AppRouter>, TRPCOptionsProxy<AppRouter>>;

const MAX_CALLS_A_REQUEST = 10; // the server refuses longer batches
const FRESH_FOR_MS = 5_000;
const MAX_RETRIES = 2;

const caller = createCaller({
  url: "/api/trpc",
  maxCalls: MAX_CALLS_A_REQUEST,
  fetch: (url, init) => globalThis.fetch(url, init),
});

/** What a name at the end of a path stands for; undefined: the path goes on. */
function optionsOf(path: readonly string[], name: string) {
  const queryKey = (input?: unknown) => [
    path,
    input === undefined ? { type: "query" } : { input, type: "query" },
  ];
  const procedure = path.join(".");
  switch (name) {
    case "queryKey":
      return queryKey;
    case "queryOptions":
      return (input?: unknown, options?: object) => ({
        ...options,
        queryKey: queryKey(input),
        queryFn: ({ signal }: { signal: AbortSignal }) => caller.query(procedure, input, signal),
      });
    case "mutationOptions":
      return (options?: object) => ({
        ...options,
        mutationKey: [path],
        mutationFn: (input: unknown) => caller.mutate(procedure, input),
      });
    default:
      return undefined;
  }
}

// `procedures.gpu.latest` names a path: the types know which exist, so nothing is listed here.
function proceduresAt(path: readonly string[]): object {
  return new Proxy(
    {},
    { get: (_, name: string) => optionsOf(path, name) ?? proceduresAt([...path, name]) },
  );
}
const procedures = proceduresAt([]) as Procedures;

/** Typed procedures: `useQuery(useTRPC().gpu.latest.queryOptions())`, `useMutation(useTRPC().….mutationOptions())`. */
export function useTRPC(): Procedures {
  return procedures;
}

function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    // A session may end in the middle of work: whoever shows who one is learns it from the first refused call.
    if (!isUnauthenticated(error)) return;
    const queryKey = procedures.identity.whoAmI.queryKey();
    void queryClient.invalidateQueries({ queryKey }, { cancelRefetch: false });
  };
  const queryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_FOR_MS,
        refetchOnWindowFocus: false, // ticks keep values fresh, and the range moves when the tab is shown again
        retry: (failures, error) => failures < MAX_RETRIES && isWorthRetrying(error),
      },
    },
  });
  return queryClient;
}

/** Holds the answers of all queries of the page. */
export function TRPCProviders({ children }: { children: ReactNode }) {
  const [queryClient] = useState(createQueryClient);
  return <QueryClientProvider client={queryClient}>{children}</QueryClientProvider>;
}
