"use client";
import { SelectField } from "@/components/ui/select-field";
import { TextField } from "@/components/ui/text-field";
import { kvCacheTypes, type KvCacheType } from "@/domain/tokens/kv-cache";

export interface MemoryDraft {
  layers: string;
  kvHeads: string;
  headSize: string;
  cacheType: KvCacheType;
  weightsGib: string;
}

interface MemoryFieldsProps {
  values: MemoryDraft;
  problems: Readonly<Record<string, string>>;
  onChange: (next: Partial<MemoryDraft>) => void;
}

const cacheTypeOptions = kvCacheTypes.map((value) => ({ value, label: value }));

/** What the model's KV cache is made of, and how large its weights are. */
export function MemoryFields({ values, problems, onChange }: MemoryFieldsProps) {
  const field = (name: Exclude<keyof MemoryDraft, "cacheType">) => ({
    "data-field": name,
    value: values[name],
    problem: problems[name] ?? null,
    onText: (text: string) => {
      onChange({ [name]: text });
    },
  });
  return (
    <div className="grid grid-cols-3 items-start gap-2">
      <TextField label="Attention layers" inputMode="numeric" {...field("layers")} />
      <TextField label="KV heads" inputMode="numeric" {...field("kvHeads")} />
      <TextField label="Head size" inputMode="numeric" {...field("headSize")} />
      <SelectField
        label="Cache type"
        value={values.cacheType}
        options={cacheTypeOptions}
        onValue={(cacheType) => {
          onChange({ cacheType });
        }}
      />
      <div className="col-span-2">
        <TextField
          label="Weights, GiB"
          inputMode="decimal"
          placeholder="unknown"
          {...field("weightsGib")}
        />
      </div>
    </div>
  );
}
