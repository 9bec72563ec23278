import * as z from "zod";
import { ModelProfile, ProfileFields } from "./model-profile";

/** Something about a profile that an operator should look at. */
export const ProfileRemark = z.object({
  kind: z.enum(["setting_differs", "window_differs", "slots_differ"]),
  /** A whole sentence: what differs, from what, and what to do. */
  message: z.string(),
});
export type ProfileRemark = z.infer<typeof ProfileRemark>;

export const ListedProfile = ModelProfile.extend({ remarks: z.array(ProfileRemark) });
export type ListedProfile = z.infer<typeof ListedProfile>;

export const ModelProfiles = z.object({ profiles: z.array(ListedProfile) });
export type ModelProfiles = z.infer<typeof ModelProfiles>;

/** The whole profile; a version that is not the stored one is refused, and says who changed it. */
export const ProfileUpdate = ProfileFields.extend({ id: z.uuid(), version: z.int().min(1) });
export type ProfileUpdate = z.infer<typeof ProfileUpdate>;

export const ProfileId = z.strictObject({ id: z.uuid("is not the id of a profile") });
export type ProfileId = z.infer<typeof ProfileId>;

export const SavedProfile = z.object({ profile: ListedProfile });
export type SavedProfile = z.infer<typeof SavedProfile>;

export const DeletedProfile = z.object({ deleted: z.boolean() });
export type DeletedProfile = z.infer<typeof DeletedProfile>;
