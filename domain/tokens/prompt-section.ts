import * as z from "zod";

/** In characters; bodies of requests are bounded beside. Longer texts are counted by the streaming upload. */
export const MAX_TEXT_CHARACTERS = 2_000_000;
export const MAX_SECTIONS = 200;
export const MAX_MESSAGES = 1_000;
export const MAX_BATCH_TEXTS = 1_000;

export const PromptText = z.string().max(MAX_TEXT_CHARACTERS, "2,000,000 characters at most");

export const SectionName = z
  .string()
  .trim()
  .min(1, "give the section a name")
  .max(120, "120 characters at most")
  .regex(/^[^\p{Cc}\p{Surrogate}]*$/u, "holds control characters");

/** A part of a prompt that can be left out as a whole. */
export const PromptSection = z.strictObject({
  name: SectionName,
  text: PromptText,
  /** The lowest goes first; left out: its place in the profile's list, behind all of them when it is not there. */
  priority: z.int().min(0).max(1_000_000).optional(),
  /** Never removed. */
  required: z.boolean().optional(),
});
export type PromptSection = z.infer<typeof PromptSection>;

export const PromptSections = z
  .array(PromptSection)
  .min(1, "give a section")
  .max(MAX_SECTIONS, "200 sections at most");

export const ChatMessage = z.strictObject({
  role: z.string().min(1).max(40),
  content: z.string().max(MAX_TEXT_CHARACTERS).nullable(),
  name: z.string().max(120).optional(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** A line of the priority list of a profile: the first is removed first. */
export const SectionPriority = z.strictObject({
  name: SectionName,
  required: z.boolean().default(false),
});
export type SectionPriority = z.infer<typeof SectionPriority>;
