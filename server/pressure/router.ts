import { Pressure } from "@/domain/pressure/gpu-pressure";
import { PressureEvents, PressureEventsQuery } from "@/domain/pressure/pressure-event";
import {
  DeletedPressureWebhook,
  NewPressureWebhook,
  PressureWebhookChange,
  PressureWebhookId,
  PressureWebhooks,
  SavedPressureWebhook,
  TestedPressureWebhook,
} from "@/domain/pressure/pressure-webhook";
import { auditOriginOf } from "@/server/audit";
import { adminProcedure, createTRPCRouter, viewerProcedure } from "@/server/trpc/trpc";
import { createWebhook } from "./create-webhook";
import { deleteWebhook } from "./delete-webhook";
import { listWebhooks } from "./list-webhooks";
import { readPressureEvents } from "./read-pressure-events";
import { testWebhook } from "./test-webhook";
import { updateWebhook } from "./update-webhook";

const pressureWebhooksRouter = createTRPCRouter({
  list: adminProcedure.output(PressureWebhooks).query(({ ctx }) => listWebhooks(ctx.pressure)),
  create: adminProcedure
    .input(NewPressureWebhook)
    .output(SavedPressureWebhook)
    .mutation(({ ctx, input }) => createWebhook(ctx.pressure, input, auditOriginOf(ctx))),
  update: adminProcedure
    .input(PressureWebhookChange)
    .output(SavedPressureWebhook)
    .mutation(({ ctx, input }) => updateWebhook(ctx.pressure, input, auditOriginOf(ctx))),
  delete: adminProcedure
    .input(PressureWebhookId)
    .output(DeletedPressureWebhook)
    .mutation(({ ctx, input }) => deleteWebhook(ctx.pressure, input, auditOriginOf(ctx))),
  test: adminProcedure
    .input(PressureWebhookId)
    .output(TestedPressureWebhook)
    .mutation(({ ctx, input }) => testWebhook(ctx.pressure, input, auditOriginOf(ctx))),
});

/** Stands below `gpu`. */
export const pressureRouter = createTRPCRouter({
  pressure: viewerProcedure.output(Pressure).query(({ ctx }) => ctx.pressure.readPressure()),
  pressureEvents: viewerProcedure
    .input(PressureEventsQuery)
    .output(PressureEvents)
    .query(({ ctx, input }) => readPressureEvents(ctx.pressure, input)),
  pressureWebhooks: pressureWebhooksRouter,
});
