"use client";
import { useAuditTotal, useApiKeys, useSessions, useUsers } from "./use-admin-lists";
import { isKeyOver } from "./key-columns";

/** What the tabs count: people, keys that open something, sessions, rows of the audit. Null while it is not known. */
export function useAdminCounts(nowMs: number) {
  const keys = useApiKeys().data?.keys;
  return {
    users: useUsers().data?.users.length ?? null,
    keys: keys?.filter((key) => !isKeyOver(key, nowMs)).length ?? null,
    sessions: useSessions().data?.sessions.length ?? null,
    audit: useAuditTotal().data?.total ?? null,
  };
}
