import type { UserRole } from "@/domain/identity/user-role";

interface RoleFacts {
  role: UserRole;
  label: string;
  /** What somebody with it may do, one sentence. */
  may: string;
}

/** Weakest first. */
export const userRoles: readonly RoleFacts[] = [
  { role: "viewer", label: "Viewer", may: "Reads every page. Changes nothing." },
  {
    role: "operator",
    label: "Operator",
    may: "Reads, and controls profiling, sampling and silences.",
  },
  {
    role: "admin",
    label: "Admin",
    may: "Does everything, users, keys and settings included.",
  },
];

/** True when the change takes rights away. */
export function isLess(next: UserRole, now: UserRole): boolean {
  const place = (role: UserRole) => userRoles.findIndex((facts) => facts.role === role);
  return place(next) < place(now);
}
