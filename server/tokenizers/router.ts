import {
  DeletedTokenizer,
  SavedTokenizer,
  TokenizerFiles,
  TokenizerId,
  TokenizerPath,
} from "@/domain/tokens/tokenizer-file";
import { auditOriginOf } from "@/server/audit";
import { adminProcedure, createTRPCRouter, viewerProcedure } from "@/server/trpc/trpc";
import { addTokenizerFile } from "./add-tokenizer-file";
import { deleteTokenizer } from "./delete-tokenizer";
import { listTokenizers } from "./list-tokenizers";

export const tokenizersRouter = createTRPCRouter({
  list: viewerProcedure.output(TokenizerFiles).query(({ ctx }) => listTokenizers(ctx.tokenizers)),
  addFile: adminProcedure
    .input(TokenizerPath)
    .output(SavedTokenizer)
    .mutation(({ ctx, input }) =>
      addTokenizerFile(ctx.tokenizers, input, { origin: auditOriginOf(ctx), signal: ctx.signal }),
    ),
  delete: adminProcedure
    .input(TokenizerId)
    .output(DeletedTokenizer)
    .mutation(({ ctx, input }) => deleteTokenizer(ctx.tokenizers, input, auditOriginOf(ctx))),
});
