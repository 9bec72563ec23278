import {
  DeletedModelServer,
  ModelServerChange,
  ModelServerId,
  ModelServers,
  NewModelServer,
  SavedModelServer,
  TestedModelServer,
} from "@/domain/tokens/model-server";
import { auditOriginOf } from "@/server/audit";
import { adminProcedure, createTRPCRouter } from "@/server/trpc/trpc";
import { createServer } from "./create-server";
import { deleteServer } from "./delete-server";
import { listServers } from "./list-servers";
import { testServer } from "./test-server";
import { updateServer } from "./update-server";

export const modelServersRouter = createTRPCRouter({
  list: adminProcedure.output(ModelServers).query(({ ctx }) => listServers(ctx.modelServers)),
  create: adminProcedure
    .input(NewModelServer)
    .output(SavedModelServer)
    .mutation(({ ctx, input }) => createServer(ctx.modelServers, input, auditOriginOf(ctx))),
  update: adminProcedure
    .input(ModelServerChange)
    .output(SavedModelServer)
    .mutation(({ ctx, input }) => updateServer(ctx.modelServers, input, auditOriginOf(ctx))),
  delete: adminProcedure
    .input(ModelServerId)
    .output(DeletedModelServer)
    .mutation(({ ctx, input }) => deleteServer(ctx.modelServers, input, auditOriginOf(ctx))),
  test: adminProcedure
    .input(ModelServerId)
    .output(TestedModelServer)
    .mutation(({ ctx, input }) =>
      testServer(ctx.modelServers, input, { origin: auditOriginOf(ctx), signal: ctx.signal }),
    ),
});
