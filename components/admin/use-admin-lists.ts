"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "@/components/trpc/trpc";
import type { AuditFilter } from "./audit-filter";

const ASK_AGAIN_AFTER_MS = 15_000;
const AUDIT_ROWS_A_PAGE = 100;

const again = { refetchInterval: ASK_AGAIN_AFTER_MS };

/** All accounts; like the next ones asked again every 15 s, as others change them too. */
export function useUsers() {
  return useQuery({ ...useTRPC().users.list.queryOptions(), ...again });
}

export function useApiKeys() {
  return useQuery({ ...useTRPC().keys.list.queryOptions(), ...again });
}

/** Every sign-in that lasts, of everybody. */
export function useSessions() {
  return useQuery({ ...useTRPC().sessions.list.queryOptions(), ...again });
}

/** They change with a restart only. */
export function useSettings() {
  return useQuery(useTRPC().settings.list.queryOptions(undefined, { staleTime: Infinity }));
}

/** A page of the audit, newest first. While another page is on its way the last one stays. */
export function useAuditPage(filter: AuditFilter, range: { fromMs: number; toMs: number } | null) {
  const query = useTRPC().audit.list.queryOptions({
    limit: AUDIT_ROWS_A_PAGE,
    ...auditConditions(filter, range),
    ...(filter.before !== null && { beforeSequence: filter.before }),
  });
  return useQuery({ ...query, ...again, placeholderData: (before) => before });
}

/** How many rows the audit has in all. */
export function useAuditTotal() {
  return useQuery({ ...useTRPC().audit.list.queryOptions({ limit: 1 }), ...again });
}

/** What a filter asks for, without the page. */
export function auditConditions(
  { who, what }: AuditFilter,
  range: { fromMs: number; toMs: number } | null,
) {
  return {
    ...(who !== null && { actorName: who }),
    ...(what !== null && { action: what }),
    ...(range !== null && { fromMs: Math.floor(range.fromMs), toMs: Math.ceil(range.toMs) }),
  };
}

/** After a change: every list that may show it is asked again, and who asks, whose own rights may be others now. */
export function useListsChanged() {
  const { users, keys, sessions, audit, identity } = useTRPC();
  const queryClient = useQueryClient();
  const queryKeys = [
    users.list.queryKey(),
    keys.list.queryKey(),
    sessions.list.queryKey(),
    audit.list.queryKey(),
    identity.whoAmI.queryKey(),
  ];
  return () =>
    Promise.all(queryKeys.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}
