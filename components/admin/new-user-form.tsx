"use client";
import { useRef, useState } from "react";
import { CallFailure } from "@/components/trpc/call-failure";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { TextField } from "@/components/ui/text-field";
import type { CreatedUser } from "@/domain/identity/user";
import type { UserRole } from "@/domain/identity/user-role";
import { userRoles } from "./user-roles";
import { useUserChanges } from "./use-user-changes";

const untouched = { email: "", name: "", role: "viewer" as UserRole };

/** Adds a person with a first password that the server makes. */
export function NewUserForm({ onMade }: { onMade: (made: CreatedUser) => void }) {
  const [values, setValues] = useState(untouched);
  const [problem, setProblem] = useState<string | null>(null);
  const emailField = useRef<HTMLInputElement>(null);
  const { create } = useUserChanges();
  const save = () => {
    const found = emailProblem(values.email);
    setProblem(found);
    if (found !== null) {
      emailField.current?.focus();
      return;
    }
    create.mutate(values, {
      onSuccess: (made) => {
        setValues(untouched);
        onMade(made);
      },
    });
  };
  return (
    <Panel title="New user" className="flex-none">
      <form
        noValidate
        className="flex flex-col gap-2.25 px-3 pt-0.5 pb-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (!create.isPending) save();
        }}
      >
        <TextField
          ref={emailField}
          label="Email"
          type="email"
          value={values.email}
          maxLength={254}
          problem={problem}
          onText={(email) => {
            setValues({ ...values, email });
          }}
        />
        <TextField
          label="Name, if you like"
          value={values.name}
          maxLength={80}
          onText={(name) => {
            setValues({ ...values, name });
          }}
        />
        <div className="flex flex-col items-start gap-1 type-12 text-fg-2">
          <span aria-hidden="true">Role</span>
          <SegmentedControl
            label="Role"
            value={values.role}
            options={userRoles.map(({ role, label }) => ({ value: role, label }))}
            onChange={(role) => {
              setValues({ ...values, role });
            }}
          />
          <p role="status" className="min-h-8 pt-0.5 text-pretty">
            {userRoles.find(({ role }) => role === values.role)?.may}
          </p>
        </div>
        {create.isError && <CallFailure error={create.error} />}
        <Button type="submit" variant="primary" disabled={create.isPending}>
          Add user
        </Button>
      </form>
    </Panel>
  );
}

/** What is wrong with an address as far as a browser can tell; the server checks more. */
function emailProblem(text: string): string | null {
  if (text.trim() === "") return "Give an e-mail address";
  return /^[^\s@]+@[^\s@]+$/.test(text.trim()) ? null : "This is not an e-mail address";
}
