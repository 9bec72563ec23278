import { EffectiveSettings } from "@/domain/system/effective-settings";
import { adminProcedure, createTRPCRouter } from "@/server/trpc/trpc";
import { listSettings } from "./list-settings";

export const settingsRouter = createTRPCRouter({
  list: adminProcedure.output(EffectiveSettings).query(({ ctx }) => listSettings(ctx.settings)),
});
