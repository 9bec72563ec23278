import { ProfileFields } from "@/domain/tokens/model-profile";
import {
  DeletedProfile,
  ModelProfiles,
  ProfileId,
  ProfileUpdate,
  SavedProfile,
} from "@/domain/tokens/model-profiles";
import { auditOriginOf } from "@/server/audit";
import { adminProcedure, createTRPCRouter, viewerProcedure } from "@/server/trpc/trpc";
import { createProfile } from "./create-profile";
import { deleteProfile } from "./delete-profile";
import { listProfiles } from "./list-profiles";
import { makeDefaultProfile } from "./make-default-profile";
import { updateProfile } from "./update-profile";

export const modelsRouter = createTRPCRouter({
  list: viewerProcedure.output(ModelProfiles).query(({ ctx }) => listProfiles(ctx.models)),
  create: adminProcedure
    .input(ProfileFields)
    .output(SavedProfile)
    .mutation(({ ctx, input }) => createProfile(ctx.models, input, auditOriginOf(ctx))),
  update: adminProcedure
    .input(ProfileUpdate)
    .output(SavedProfile)
    .mutation(({ ctx, input }) => updateProfile(ctx.models, input, auditOriginOf(ctx))),
  delete: adminProcedure
    .input(ProfileId)
    .output(DeletedProfile)
    .mutation(({ ctx, input }) => deleteProfile(ctx.models, input, auditOriginOf(ctx))),
  makeDefault: adminProcedure
    .input(ProfileId)
    .output(SavedProfile)
    .mutation(({ ctx, input }) => makeDefaultProfile(ctx.models, input, auditOriginOf(ctx))),
});
