"use client";
import { useState } from "react";
import { Badge, SimulatedBadge } from "@/components/ui/badge";
import { Panel } from "@/components/ui/panel";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { SelectField } from "@/components/ui/select-field";
import { Skeleton } from "@/components/ui/skeleton";
import { Switch } from "@/components/ui/switch";
import { TextField } from "@/components/ui/text-field";
import type { ModelProfile } from "@/domain/tokens/model-profile";
import { formatGib } from "@/domain/units/format-memory";
import { ConfigPaste } from "./config-paste";
import { FitAnswer } from "./fit-answer";
import { FitBar } from "./fit-bar";
import { type FitDraft, fitDraftOf, fitOfDraft } from "./fit-draft";
import { MemoryFields } from "./memory-fields";
import { type GpuMemory, useGpuMemory } from "./use-gpu-memory";

interface FitPanelProps {
  profiles: readonly ModelProfile[];
  /** Null: figures of one's own. */
  chosen: ModelProfile | null;
  onChoose: (id: string | null) => void;
  /** Null: the first GPU. */
  gpuUuid: string | null;
  onGpu: (uuid: string) => void;
}

const questions = [
  { value: "window", label: "Largest window" },
  { value: "memory", label: "Memory of a window" },
] as const;
const OWN = "";

/** The KV cache of a model against the free memory of a GPU, in both directions. */
export function FitPanel({ profiles, chosen, onChoose, gpuUuid, onGpu }: FitPanelProps) {
  const { gpus } = useGpuMemory();
  const gpu = gpus?.find(({ uuid }) => uuid === gpuUuid) ?? gpus?.[0] ?? null;
  return (
    <Panel title="What fits" subtitle="KV cache in VRAM" className="flex-none">
      <div className="flex flex-col gap-3 px-3 pt-0.5 pb-3">
        <SelectField
          label="Model"
          value={chosen?.id ?? OWN}
          options={[
            ...profiles.map(({ id, name }) => ({ value: id, label: name })),
            { value: OWN, label: "Figures of your own" },
          ]}
          onValue={(id) => {
            onChoose(id === OWN ? null : id);
          }}
        />
        {gpus === undefined ? (
          <Skeleton className="h-8" />
        ) : (
          <GpuChoice gpus={gpus} gpu={gpu} onGpu={onGpu} />
        )}
        {/* Other figures for another model. */}
        <Calculator key={chosen?.id ?? OWN} chosen={chosen} gpu={gpu} />
      </div>
    </Panel>
  );
}

function GpuChoice(props: {
  gpus: readonly GpuMemory[];
  gpu: GpuMemory | null;
  onGpu: (uuid: string) => void;
}) {
  const { gpus, gpu, onGpu } = props;
  if (gpu === null)
    return <p className="type-12 text-fg-2">No GPU is seen, so only sizes can be computed.</p>;
  return (
    <SelectField
      label="GPU"
      value={gpu.uuid}
      options={gpus.map((one) => ({ value: one.uuid, label: gpuText(one) }))}
      onValue={onGpu}
    />
  );
}

function gpuText({ label, usedMib, totalMib }: GpuMemory): string {
  if (usedMib === null || totalMib === null) return `${label}, memory not told`;
  return `${label}, ${formatGib(totalMib - usedMib)} of ${formatGib(totalMib)} GiB free`;
}

function Calculator({ chosen, gpu }: { chosen: ModelProfile | null; gpu: GpuMemory | null }) {
  const [draft, setDraft] = useState<FitDraft>(() => fitDraftOf(chosen));
  const change = (next: Partial<FitDraft>) => {
    setDraft({ ...draft, ...next });
  };
  const known = knownMemory(gpu);
  const answer = fitOfDraft(
    draft,
    known === null ? null : (known.totalMib - known.usedMib) * 1_024 ** 2,
  );
  return (
    <>
      <div className="flex">
        <SegmentedControl
          label="What to compute"
          value={draft.question}
          options={questions}
          size="sm"
          onChange={(question) => {
            change({ question });
          }}
        />
      </div>
      <section aria-label="Answer" className="flex flex-col gap-2 border-y border-line-1 py-3">
        {known !== null && (
          <>
            <GpuBadges gpu={known} />
            <FitBar gpu={known} fit={"fit" in answer ? answer.fit : null} />
          </>
        )}
        <div className="flex flex-col gap-1.5">
          {"fit" in answer ? (
            <FitAnswer
              fit={answer.fit}
              question={draft.question}
              profileWindow={chosen?.contextWindow ?? null}
              gpuLabel={gpu?.label ?? ""}
            />
          ) : (
            <p className="type-12 text-pretty text-fg-2">{answer.missing}</p>
          )}
        </div>
      </section>
      <WindowFields draft={draft} onChange={change} />
      <MemoryFields values={draft} problems={{}} onChange={change} />
      <ConfigPaste
        onRead={({ layers, kvHeads, headSize }) => {
          change({ layers: String(layers), kvHeads: String(kvHeads), headSize: String(headSize) });
        }}
      />
      <Switch
        label="The weights are in memory already"
        checked={draft.isLoaded}
        onChange={(isLoaded) => {
          change({ isLoaded });
        }}
      />
      <p className="type-11 text-pretty text-fg-3">
        2 × layers × KV heads × head size × bytes of a value, a token. Slots share one window.
      </p>
    </>
  );
}

function WindowFields(props: { draft: FitDraft; onChange: (next: Partial<FitDraft>) => void }) {
  const { draft, onChange } = props;
  const field = (name: "parallelSlots" | "contextWindow" | "reservePercent") => ({
    value: draft[name],
    onText: (text: string) => {
      onChange({ [name]: text });
    },
  });
  return (
    <div className="grid grid-cols-3 items-start gap-2">
      <TextField label="Slots" inputMode="numeric" {...field("parallelSlots")} />
      <TextField label="Kept free, %" inputMode="decimal" {...field("reservePercent")} />
      {draft.question === "memory" && (
        <TextField label="Window" inputMode="numeric" {...field("contextWindow")} />
      )}
    </div>
  );
}

function GpuBadges({ gpu }: { gpu: GpuMemory }) {
  return (
    <p className="flex min-w-0 items-center gap-2 type-12 text-fg-2">
      <b className="font-semibold text-fg-1">{gpu.label}</b>
      <span className="min-w-0 truncate">{gpu.model}</span>
      {gpu.isSimulated && <SimulatedBadge />}
      {gpu.isStale && <Badge tone="dashed">last known values</Badge>}
    </p>
  );
}

function knownMemory(gpu: GpuMemory | null) {
  if (gpu === null) return null;
  const { usedMib, totalMib } = gpu;
  return usedMib === null || totalMib === null ? null : { ...gpu, usedMib, totalMib };
}
