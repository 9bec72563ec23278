import { contextBudgetOf } from "@/domain/tokens/context-budget";
import type { ModelProfile } from "@/domain/tokens/model-profile";
import type { ProfileRemark } from "@/domain/tokens/model-profiles";
import type { SettingOfProfile } from "./settings-of-profile";

/** What a model server told of itself at the last look. */
export interface ObservedServer {
  id: string;
  name: string;
  /** Of one slot. */
  slotWindow: number | null;
  parallelSlots: number | null;
  /** What it calls its model, and what it is asked for. */
  models: readonly string[];
}

/** What an operator should look at: settings that are not what counts, and a server that is not as the profile says. */
export function remarksOf(
  profile: ModelProfile,
  {
    settings,
    servers,
  }: { settings: readonly SettingOfProfile[]; servers: readonly ObservedServer[] },
): ProfileRemark[] {
  return [
    ...(profile.isDefault ? settings.flatMap((setting) => settingRemarks(profile, setting)) : []),
    ...servers
      .filter((server) => isServerOf(server, profile))
      .flatMap((server) => serverRemarks(profile, server)),
  ];
}

function settingRemarks(profile: ModelProfile, setting: SettingOfProfile): ProfileRemark[] {
  const kind = "setting_differs";
  const { name, text, problem } = setting;
  const instead = setting.differs(profile);
  const remarks: ProfileRemark[] = problem === null ? [] : [{ kind, message: problem }];
  if (instead !== null && problem === null)
    remarks.push({
      kind,
      message: `${name} is ${text}, but this profile says ${instead}, and the profile counts: the setting was used at the first start only. Change the profile, or remove the setting.`,
    });
  return remarks;
}

function isServerOf({ id, models }: ObservedServer, profile: ModelProfile): boolean {
  if (profile.counting.kind === "server") return profile.counting.serverId === id;
  const names = [profile.name, ...profile.modelNames].map((name) => name.toLowerCase());
  return models.some((model) => names.includes(model.toLowerCase()));
}

const full = new Intl.NumberFormat("en-US");

function serverRemarks(profile: ModelProfile, server: ObservedServer): ProfileRemark[] {
  const remarks: ProfileRemark[] = [];
  const { slotWindow: expected } = contextBudgetOf(profile);
  const slots = server.parallelSlots;
  const { slotWindow } = server;
  if (slotWindow !== null && slotWindow !== expected) {
    const whole = slotWindow * (slots ?? profile.parallelSlots);
    const consequence =
      slotWindow < expected
        ? "The server refuses or cuts longer prompts that pass here"
        : "Prompts that the server would take are over here";
    remarks.push({
      kind: "window_differs",
      message: `${server.name} gives a request ${full.format(slotWindow)} tokens, this profile ${full.format(expected)}. ${consequence}. Set the window to ${full.format(whole)} tokens with ${slotsText(slots ?? profile.parallelSlots)}, or start the server with the window of the profile.`,
    });
  }
  if (slots !== null && slots !== profile.parallelSlots)
    remarks.push({
      kind: "slots_differ",
      message: `${server.name} has ${slotsText(slots)}, this profile ${full.format(profile.parallelSlots)}. Slots share the server's context in equal parts, so each has less than the whole. Set the slots of the profile to ${full.format(slots)}, and its window to that of the whole server.`,
    });
  return remarks;
}

function slotsText(count: number): string {
  return count === 1 ? "1 slot" : `${full.format(count)} slots`;
}
