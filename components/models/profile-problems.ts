import {
  budgetOf,
  modelNamesOf,
  type OverrideDraft,
  outputBounds,
  percentBounds,
  type ProfileDraft,
  slotBounds,
  windowBounds,
} from "./profile-draft";
import { readCount, readDecimal } from "./read-count";

/** By field; an override's fields are `<key>.<field>`. */
export type ProfileProblems = Readonly<Record<string, string>>;

/** What is wrong, in the order of the form; empty: nothing. */
export function problemsOf(draft: ProfileDraft): ProfileProblems {
  return {
    ...nameProblems(draft),
    ...windowProblems(draft),
    ...counterProblems(draft),
    ...overrideProblems(draft),
    ...memoryProblems(draft),
  };
}

/** Those whose condition holds. */
function found(problems: readonly [field: string, isWrong: boolean, problem: string][]) {
  return Object.fromEntries(
    problems.filter(([, isWrong]) => isWrong).map(([field, , problem]) => [field, problem]),
  );
}

function nameProblems(draft: ProfileDraft): ProfileProblems {
  const names = modelNamesOf(draft.modelNames);
  return found([
    ["name", draft.name.trim() === "", "Give it a name"],
    ["modelNames", names.length > 20, "20 names at most"],
    ["modelNames", names.some((name) => name.length > 128), "128 characters a name at most"],
  ]);
}

function windowProblems(draft: ProfileDraft): ProfileProblems {
  const { contextWindow, parallelSlots, maxOutputTokens, warningPercent } = draft;
  const problems = found([
    [
      "contextWindow",
      readCount(contextWindow, windowBounds) === null,
      "A whole number from 1 to 100,000,000",
    ],
    [
      "parallelSlots",
      readCount(parallelSlots, slotBounds) === null,
      "A whole number from 1 to 10,000",
    ],
    [
      "maxOutputTokens",
      readCount(maxOutputTokens, outputBounds) === null,
      "A whole number from 0 to 100,000,000",
    ],
    ["warningPercent", readDecimal(warningPercent, percentBounds) === null, "Above 0, 100 at most"],
  ]);
  if (Object.keys(problems).length > 0 || typeof budgetOf(draft) !== "string") return problems;
  return { maxOutputTokens: "Must be less than the window of a slot" };
}

function counterProblems({ countingKind, tokenizerId, serverId }: ProfileDraft): ProfileProblems {
  return found([
    ["tokenizerId", countingKind === "tokenizer" && tokenizerId === "", "Choose a tokenizer"],
    ["serverId", countingKind === "server" && serverId === "", "Choose a server"],
  ]);
}

function overrideProblems(draft: ProfileDraft): ProfileProblems {
  const services = draft.overrides.map(({ service }) => service.trim());
  return Object.assign(
    {},
    ...draft.overrides.map((override, place) => {
      const service = override.service.trim();
      const isTwice = service !== "" && services.indexOf(service) < place;
      const field = (name: keyof OverrideDraft) => `${override.key}.${name}`;
      return {
        ...found([
          [field("service"), service === "", "Name a service"],
          [field("service"), isTwice, "It has an override already"],
        ]),
        ...overriddenProblems(draft, override),
      };
    }),
  ) as ProfileProblems;
}

function overriddenProblems(draft: ProfileDraft, override: OverrideDraft): ProfileProblems {
  const field = (name: keyof OverrideDraft) => `${override.key}.${name}`;
  const isGiven = (text: string) => text.trim() !== "";
  const { contextWindow, maxOutputTokens, warningPercent } = override;
  const problems = found([
    [
      field("contextWindow"),
      isGiven(contextWindow) && readCount(contextWindow, windowBounds) === null,
      "A whole number",
    ],
    [
      field("maxOutputTokens"),
      isGiven(maxOutputTokens) && readCount(maxOutputTokens, outputBounds) === null,
      "A whole number",
    ],
    [
      field("warningPercent"),
      isGiven(warningPercent) && readDecimal(warningPercent, percentBounds) === null,
      "0 to 100",
    ],
  ]);
  const isReadable = Object.keys(problems).length === 0 && typeof budgetOf(draft) !== "string";
  if (!isReadable || typeof budgetOf(overridden(draft, override)) !== "string") return problems;
  return { [field("maxOutputTokens")]: "Leaves nothing for a prompt" };
}

function overridden(draft: ProfileDraft, override: OverrideDraft) {
  const or = (own: string, profile: string) => (own.trim() === "" ? profile : own);
  return {
    parallelSlots: draft.parallelSlots,
    contextWindow: or(override.contextWindow, draft.contextWindow),
    maxOutputTokens: or(override.maxOutputTokens, draft.maxOutputTokens),
    warningPercent: or(override.warningPercent, draft.warningPercent),
  };
}

const memoryFields = ["layers", "kvHeads", "headSize"] as const;

function memoryProblems(draft: ProfileDraft): ProfileProblems {
  const isGiven = memoryFields.some((field) => draft[field].trim() !== "");
  const isWrong = (field: (typeof memoryFields)[number]) =>
    readCount(draft[field], { min: 1, max: field === "headSize" ? 100_000 : 10_000 }) === null;
  const weights = draft.weightsGib.trim();
  const isNoWeight = weights !== "" && readDecimal(weights, { above: 0, max: 100_000 }) === null;
  return found([
    ...memoryFields.map((field): [string, boolean, string] => [
      field,
      isGiven && isWrong(field),
      "All three, or none",
    ]),
    ["weightsGib", isNoWeight, "GiB, above 0"],
  ]);
}
