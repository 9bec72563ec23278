"use client";
import { KeyRound, ShieldCheck, Trash2, UserCheck, Users, UserX } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { describeError } from "@/components/trpc/describe-error";
import { EmptyState } from "@/components/ui/states";
import { showToast } from "@/components/ui/toast";
import type { User } from "@/domain/identity/user";
import { useNowMs } from "./admin-time";
import { AdminColumns } from "./admin-columns";
import { ConfirmDialog } from "./confirm-dialog";
import { ListPanel, type ListSearch } from "./list-panel";
import { MadeOnce } from "./made-once";
import { NewUserForm } from "./new-user-form";
import { RowMenu } from "./row-menu";
import { useUsers } from "./use-admin-lists";
import { type Confirmation, useConfirmation } from "./use-confirmation";
import { userColumns } from "./user-columns";
import { isLess, userRoles } from "./user-roles";
import { useUserChanges } from "./use-user-changes";

interface UsersTabProps {
  search: ListSearch;
  myEmail: string | null;
  /** What was done lately, below the list. */
  audit: ReactNode;
}

/** Who may sign in, and as what: list, add, change, disable, new password, delete. */
export function UsersTab({ search, myEmail, audit }: UsersTabProps) {
  const nowMs = useNowMs();
  const users = useUsers();
  const { asked, isOpen, ask, close } = useConfirmation();
  const [made, setMade] = useState<MadePassword | null>(null);
  const columns = useMemo(() => userColumns({ nowMs, myEmail }), [nowMs, myEmail]);
  return (
    <AdminColumns
      label="New user"
      aside={
        <>
          <NewUserForm
            onMade={({ user, password }) => {
              setMade({ title: `${user.email} was added`, password });
            }}
          />
          {made && (
            <FirstPassword
              key={made.password}
              made={made}
              onDone={() => {
                setMade(null);
              }}
            />
          )}
        </>
      }
    >
      <ListPanel
        label="Users"
        query={users}
        rows={users.data?.users}
        columns={columns}
        keyOf={({ id }) => id}
        nameOf={({ email }) => email}
        search={search}
        sortedFirst={{ by: "email", isDescending: false }}
        isOver={({ disabledAtMs }) => disabledAtMs !== null}
        actions={(user) => (
          <UserMenu
            user={user}
            isMe={user.email === myEmail}
            onAsk={ask}
            onPassword={(password) => {
              setMade({ title: `${user.email} has a new password`, password });
            }}
          />
        )}
        empty={
          <EmptyState icon={<Users />} title="Nobody has an account">
            You use a key. Add a person: a first password is made and shown to you once.
          </EmptyState>
        }
      />
      {audit}
      {asked && <ConfirmDialog asked={asked} open={isOpen} onClose={close} />}
    </AdminColumns>
  );
}

interface MadePassword {
  title: string;
  password: string;
}

function FirstPassword({ made, onDone }: { made: MadePassword; onDone: () => void }) {
  return (
    <MadeOnce title={made.title} kind="password" secret={made.password} onDone={onDone}>
      <p className="text-pretty">
        Shown this once; we keep only its hash. Hand it over now: it is for{" "}
        <span className="break-all text-fg-1">{window.location.origin}/sign-in</span>, and is
        changed on the page Account.
      </p>
    </MadeOnce>
  );
}

interface UserMenuProps {
  user: User;
  isMe: boolean;
  onAsk: (confirmation: Confirmation) => void;
  onPassword: (password: string) => void;
}

function UserMenu({ user, isMe, onAsk, onPassword }: UserMenuProps) {
  const { update, resetPassword, remove } = useUserChanges();
  const { id, email } = user;
  const isDisabled = user.disabledAtMs !== null;
  const them = isMe ? "You" : email;

  const change = async (changes: { role?: User["role"]; disabled?: boolean }, done: string) => {
    await update.mutateAsync({ id, ...changes });
    showToast({ tone: "ok", text: done });
  };
  const atOnce = (changing: Promise<void>) => {
    changing.catch((error: unknown) => {
      showToast({ tone: "crit", text: describeError(error).message });
    });
  };
  const roles = userRoles
    .filter(({ role }) => role !== user.role)
    .map(({ role, label, may }) => ({
      label: `Make ${label.toLowerCase()}`,
      icon: <ShieldCheck />,
      run: () => {
        const run = () => change({ role }, `${email} is ${role}`);
        if (!isLess(role, user.role)) atOnce(run());
        else
          onAsk({
            title: `Make ${email} ${role}?`,
            consequence: `${them} may do less from the next request on: ${user.role} → ${role}. ${may}`,
            verb: `Make ${role}`,
            run,
          });
      },
    }));
  const disable = {
    label: "Disable",
    icon: <UserX />,
    run: () => {
      onAsk({
        title: `Disable ${email}?`,
        consequence: `${them} cannot sign in any more. ${endOf(user)} Keys that were made stay. It can be enabled again.`,
        verb: "Disable user",
        run: () => change({ disabled: true }, `${email} is disabled`),
      });
    },
  };
  const enable = {
    label: "Enable",
    icon: <UserCheck />,
    run: () => {
      atOnce(change({ disabled: false }, `${email} may sign in again`));
    },
  };
  return (
    <RowMenu
      label={`More for ${email}`}
      actions={[
        ...roles,
        {
          label: "Reset password",
          icon: <KeyRound />,
          run: () => {
            onAsk({
              title: `Make a new password for ${email}?`,
              consequence: `The old one ends now. ${endOf(user)} The new one is shown to you once.`,
              verb: "Make password",
              run: async () => {
                onPassword((await resetPassword.mutateAsync({ id })).password);
              },
            });
          },
        },
        isDisabled ? enable : disable,
        {
          label: "Delete",
          icon: <Trash2 />,
          isDanger: true,
          run: () => {
            onAsk({
              title: `Delete ${email}?`,
              consequence: `The account goes, and cannot be brought back. ${endOf(user)} What was done with it stays in the audit; keys that were made stay until they are revoked.`,
              verb: "Delete user",
              run: async () => {
                await remove.mutateAsync({ id });
                showToast({ tone: "ok", text: `${email} was deleted` });
              },
            });
          },
        },
      ]}
    />
  );
}

/** What of the person's sessions ends with a change. */
function endOf({ activeSessions }: User): string {
  if (activeSessions === 0) return "No session is open.";
  const sessions = activeSessions === 1 ? "1 session ends" : `${activeSessions} sessions end`;
  return `${sessions}, and sockets close within 5 s.`;
}
