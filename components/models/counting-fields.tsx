"use client";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { SelectField } from "@/components/ui/select-field";
import { encodings } from "@/domain/tokens/encodings";
import type { ProfileFields } from "@/domain/tokens/model-profile";
import type { ProfileDraft } from "./profile-draft";
import type { ProfileProblems } from "./profile-problems";

/** What can count beside the encodings; undefined: not known, or not told to who asks. */
export interface Counters {
  tokenizers: readonly { id: string; name: string }[] | undefined;
  servers: readonly { id: string; name: string }[] | undefined;
}

interface CountingFieldsProps {
  draft: ProfileDraft;
  problems: ProfileProblems;
  counters: Counters;
  onChange: (next: Partial<ProfileDraft>) => void;
}

const kinds = [
  { value: "encoding", label: "Encoding" },
  { value: "tokenizer", label: "Tokenizer" },
  { value: "server", label: "Model server" },
] as const;

const explanations: Record<ProfileDraft["countingKind"], string> = {
  encoding:
    "Fast, and exact for models of OpenAI. For any other model it is an estimate, whose error is measured by what servers report.",
  tokenizer: "The model’s own tokenizer.json: exact, and counted here.",
  server:
    "The server’s own /tokenize: exact, one call a count. While it does not answer, the encoding counts.",
};

const templates: readonly { value: ProfileFields["chatTemplate"]; label: string }[] = [
  { value: "chatml", label: "ChatML (Nemotron 3, Qwen)" },
  { value: "llama3", label: "Llama 3" },
  { value: "openai", label: "OpenAI" },
  { value: "none", label: "None: the contents alone" },
];

const encodingOptions = encodings.map((value) => ({ value, label: value }));

/** What the prompts of the model are counted with. */
export function CountingFields({ draft, problems, counters, onChange }: CountingFieldsProps) {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex">
        <SegmentedControl
          label="Counted by"
          value={draft.countingKind}
          options={kinds}
          onChange={(countingKind) => {
            onChange({ countingKind });
          }}
        />
      </div>
      <p className="type-12 text-pretty text-fg-2">{explanations[draft.countingKind]}</p>
      <div className="grid grid-cols-2 gap-2 max-md:grid-cols-1">
        {draft.countingKind === "tokenizer" && (
          <SelectField
            label="Tokenizer"
            data-field="tokenizerId"
            value={draft.tokenizerId}
            options={optionsOf(counters.tokenizers, draft.tokenizerId, "tokenizer")}
            problem={problems.tokenizerId ?? null}
            onValue={(tokenizerId) => {
              onChange({ tokenizerId });
            }}
          />
        )}
        {draft.countingKind === "server" && (
          <SelectField
            label="Model server"
            data-field="serverId"
            value={draft.serverId}
            options={optionsOf(counters.servers, draft.serverId, "model server")}
            problem={problems.serverId ?? null}
            onValue={(serverId) => {
              onChange({ serverId });
            }}
          />
        )}
        {draft.countingKind !== "tokenizer" && (
          <SelectField
            label={draft.countingKind === "server" ? "Encoding while it is away" : "Encoding"}
            value={draft.encoding}
            options={encodingOptions}
            onValue={(encoding) => {
              onChange({ encoding });
            }}
          />
        )}
        <SelectField
          label="Chat template"
          value={draft.chatTemplate}
          options={templates}
          onValue={(chatTemplate) => {
            onChange({ chatTemplate });
          }}
        />
      </div>
    </div>
  );
}

/** With the chosen one, also when it is not in the list, and a first line while none is chosen. */
function optionsOf(
  known: Counters["tokenizers"],
  chosen: string,
  what: string,
): { value: string; label: string }[] {
  const options = (known ?? []).map(({ id, name }) => ({ value: id, label: name }));
  if (chosen === "") {
    const none = known?.length === 0 ? `There is no ${what} yet` : `Choose a ${what}`;
    return [{ value: "", label: none }, ...options];
  }
  if (options.some(({ value }) => value === chosen)) return options;
  return [{ value: chosen, label: `the ${what} of this profile` }, ...options];
}
