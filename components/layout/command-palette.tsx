"use client";
import { Command } from "cmdk";
import {
  ArrowRight,
  Braces,
  Clock,
  Cpu,
  Keyboard,
  LogIn,
  LogOut,
  Pause,
  Play,
  Search,
  SunMoon,
} from "lucide-react";
import { useRouter, useSearchParams } from "next/navigation";
import { type ReactNode, useRef, useState } from "react";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { quickRanges } from "@/domain/time/quick-ranges";
import { parseOffsetMs } from "@/domain/time/time-range";
import { useLive } from "./live-connection";
import { loadPage } from "./load-page";
import { useOverlays } from "./overlay-context";
import { setTheme, type Theme } from "./preferences";
import { useTimeRange, withRange } from "./time-range";
import { signInHref } from "./doors";
import { useFleet } from "./use-fleet";
import { usePages } from "./use-pages";
import { useSignOut } from "./use-sign-out";
import { useWhoAmI } from "./use-who-am-i";

interface PaletteProps {
  open: boolean;
  onClose: () => void;
}

/** Everything that can be gone to or done, by typing a part of its name. */
export function CommandPalette({ open, onClose }: PaletteProps) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const close = () => {
    setTyped("");
    onClose();
  };
  return (
    <Dialog
      title="Search or jump to"
      hideTitle
      open={open}
      onClose={close}
      initialFocus={input}
      place="top"
      className="max-w-140"
    >
      <Command label="Search or jump to" loop className="flex min-h-0 flex-col">
        <div className="flex h-11 flex-none items-center gap-2 border-b border-line-1 px-3 has-focus-visible:border-accent">
          <Search className="text-fg-3" />
          <Command.Input
            ref={input}
            value={typed}
            onValueChange={setTyped}
            placeholder="A page, a GPU, a range"
            className="h-full min-w-0 flex-1 bg-transparent type-13 outline-none! placeholder:text-fg-3"
          />
          <Kbd>Esc</Kbd>
        </div>
        <Command.List className="min-h-0 flex-1 overflow-y-auto overscroll-contain pb-1.5">
          <Command.Empty className="px-3 py-4 type-12 text-fg-2">
            Nothing is called “{typed}”. Pages, GPUs, ranges and settings are found by their names.
          </Command.Empty>
          <PageEntries onClose={close} />
          <GpuEntries onClose={close} />
          <DoEntries onClose={close} />
          <RangeEntries onClose={close} />
          <ThemeEntries onClose={close} />
        </Command.List>
      </Command>
    </Dialog>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-0.5 [&_[cmdk-group-heading]]:type-11 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-fg-3"
    >
      {children}
    </Command.Group>
  );
}

interface EntryProps {
  icon: ReactNode;
  label: string;
  /** Right end: a detail or a key. */
  hint?: ReactNode;
  keywords?: string[];
  run: () => void;
}

function Entry({ icon, label, hint, keywords, run }: EntryProps) {
  return (
    <Command.Item
      onSelect={run}
      value={label}
      {...(keywords && { keywords })}
      className="relative flex h-7 items-center gap-2 px-3 type-12 before:absolute before:inset-y-0 before:left-0 before:w-0.5 data-[selected=true]:bg-accent-soft data-[selected=true]:before:bg-accent max-md:h-11 [&>svg]:text-fg-3"
    >
      {icon}
      <span className="min-w-0 truncate">{label}</span>
      {hint !== undefined && (
        <span className="ml-auto flex flex-none items-center gap-1.5 text-fg-3">{hint}</span>
      )}
    </Command.Item>
  );
}

interface GroupProps {
  onClose: () => void;
}

function PageEntries({ onClose }: GroupProps) {
  const router = useRouter();
  const params = useSearchParams();
  return (
    <Group heading="Go to">
      {usePages().map((page) => (
        <Entry
          key={page.href}
          icon={<page.icon />}
          label={page.label}
          hint={
            <>
              <Kbd>g</Kbd>
              <Kbd>{page.key}</Kbd>
            </>
          }
          run={() => {
            onClose();
            router.push(withRange(page.href, params));
          }}
        />
      ))}
      <ApiEntry />
    </Group>
  );
}

/** A document of the server, no page of the frame; for whoever may read. */
function ApiEntry() {
  const who = useWhoAmI().data;
  if (who === undefined || who.role === null) return null;
  return (
    <Entry
      icon={<Braces />}
      label="API for other tools"
      keywords={["REST", "OpenAPI", "documentation"]}
      run={() => {
        loadPage("/api/docs");
      }}
    />
  );
}

function GpuEntries({ onClose }: GroupProps) {
  const router = useRouter();
  const params = useSearchParams();
  const gpus = useFleet().data?.gpus ?? [];
  if (gpus.length === 0) return null;
  return (
    <Group heading="GPUs">
      {gpus.map(({ sample, stale }) => (
        <Entry
          key={sample.gpuUuid}
          icon={<Cpu />}
          label={`GPU ${sample.gpuIndex} ${sample.gpuName ?? ""}`.trim()}
          keywords={[sample.gpuUuid]}
          hint={stale ? "stale" : sample.source}
          run={() => {
            onClose();
            router.push(withRange(`/gpu?gpu=${encodeURIComponent(sample.gpuUuid)}`, params));
          }}
        />
      ))}
    </Group>
  );
}

function DoEntries({ onClose }: GroupProps) {
  const { paused, setPaused } = useLive();
  const { show } = useOverlays();
  return (
    <Group heading="Do">
      <Entry
        icon={paused ? <Play /> : <Pause />}
        label={paused ? "Go live" : "Pause"}
        hint={<Kbd>Space</Kbd>}
        run={() => {
          onClose();
          setPaused(!paused);
        }}
      />
      <Entry
        icon={<Keyboard />}
        label="All keys"
        hint={<Kbd>?</Kbd>}
        run={() => {
          show("keys");
        }}
      />
      <SignEntry />
    </Group>
  );
}

function SignEntry() {
  const signOut = useSignOut();
  if (useWhoAmI().data?.via === "session")
    return (
      <Entry
        icon={<LogOut />}
        label="Sign out"
        run={() => {
          signOut.mutate();
        }}
      />
    );
  return (
    <Entry
      icon={<LogIn />}
      label="Sign in"
      run={() => {
        loadPage(signInHref());
      }}
    />
  );
}

function RangeEntries({ onClose }: GroupProps) {
  const { setRange } = useTimeRange();
  return (
    <Group heading="Time range">
      {quickRanges.map(({ offset, label }) => (
        <Entry
          key={offset}
          icon={<Clock />}
          label={`Last ${label}`}
          keywords={["range", offset.slice(1)]}
          run={() => {
            onClose();
            setRange({ spanMs: parseOffsetMs(offset) ?? 0 });
          }}
        />
      ))}
    </Group>
  );
}

const themes: readonly { value: Theme; label: string }[] = [
  { value: "dark", label: "Dark" },
  { value: "light", label: "Light" },
  { value: "system", label: "As the system" },
];

function ThemeEntries({ onClose }: GroupProps) {
  return (
    <Group heading="Theme">
      {themes.map(({ value, label }) => (
        <Entry
          key={value}
          icon={value === "system" ? <ArrowRight /> : <SunMoon />}
          label={`Theme: ${label.toLowerCase()}`}
          run={() => {
            setTheme(value);
            onClose();
          }}
        />
      ))}
    </Group>
  );
}
