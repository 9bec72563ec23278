import { SystemAbout } from "@/domain/system/system-about";
import { createTRPCRouter, viewerProcedure } from "@/server/trpc/trpc";
import { readAbout } from "./read-about";

export const systemRouter = createTRPCRouter({
  about: viewerProcedure.output(SystemAbout).query(({ ctx }) => readAbout(ctx.system)),
});
