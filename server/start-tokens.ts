import type { Registry } from "@prometheus-io/client";
import type { PrismaClient } from "@/prisma/generated/client";
import { DEFAULT_ENCODING } from "@/domain/tokens/encodings";
import { holdAdvisoryLock } from "./database";
import { currentEnvironment, type Settings } from "./env";
import type { Route } from "./http/route";
import {
  createLedgerFeature,
  createLedgerStore,
  type LedgerContext,
  type LedgerFeature,
  ledgerRoutes,
} from "./ledger";
import type { Logger } from "./logger";
import {
  createModelServersFeature,
  createModelServerStore,
  type ModelServersContext,
} from "./model-servers";
import { createModelsFeature, createProfileStore, type ModelsContext } from "./models";
import { tokenWorkerProgram } from "./project-folder";
import type { Shutdown } from "./shutdown";
import { loadEncoding, ranksRoutes } from "./token-ranks";
import { createTokenWorkers } from "./token-workers";
import {
  createTokenizersFeature,
  createTokenizerStore,
  tokenizerRoutes,
  type TokenizersContext,
} from "./tokenizers";
import { createTokensFeature, type TokensContext, tokensRoutes } from "./tokens";
import {
  createUsageFeature,
  createUsageStore,
  type UsageContext,
  type UsageFeature,
} from "./usage";

/** A tokenizer.json of 64 MB fits. */
const TOKEN_WORKER_HEAP_MIB = 1_024;

/** What procedures of prompts, models and budgets get: one member a feature. */
export interface TokenContexts {
  ledger: LedgerContext;
  models: ModelsContext;
  modelServers: ModelServersContext;
  tokenizers: TokenizersContext;
  tokens: TokensContext;
  usage: UsageContext;
}

interface TokenOptions {
  prisma: PrismaClient;
  databaseUrl: string;
  settings: Settings;
  registry: Registry;
  logger: Logger;
  nowMs: () => number;
  shutdown: Shutdown;
}

/** Everything about prompts: profiles and tokenizers of models, counting, the ledger, usage and budgets. */
export async function startTokens(options: TokenOptions): Promise<{
  context: TokenContexts;
  routes: Route[];
  /** What happens to prompts and budgets, for the sockets. */
  feed: UsageFeature["feed"];
}> {
  const { prisma, settings, logger, nowMs } = options;
  const models = await createModelsFeature({
    store: createProfileStore(prisma),
    settings,
    environment: currentEnvironment(),
    logger,
    nowMs,
  });
  const usage = createUsageFeature({
    ...options,
    store: createUsageStore(prisma),
    async modelNameOf(model) {
      const { profile, isKnown } = await models.book.effective({ model });
      return isKnown ? profile.name : model;
    },
  });
  options.shutdown.add("token usage", () => usage.stop());
  const ledger = startLedger(options, usage);
  const workers = createTokenWorkers({
    program: { ...tokenWorkerProgram, maxHeapMib: TOKEN_WORKER_HEAP_MIB },
    atOnce: new Map([[DEFAULT_ENCODING, loadEncoding(DEFAULT_ENCODING)]]),
    logger,
  });
  options.shutdown.add("token workers", () => workers.stop());
  const tokenizers = createTokenizersFeature({
    store: createTokenizerStore(prisma),
    workers,
    nowMs,
  });
  const modelServers = createModelServersFeature({
    store: createModelServerStore(prisma),
    logger,
    nowMs,
  });
  const tokens = createTokensFeature({
    workers,
    models: models.book,
    tokenizers: tokenizers.vocabularies,
    modelServers: modelServers.counts,
    ledger: {
      async record(record, text) {
        const isStored = await ledger.ledger.record(record, text);
        usage.onStored(record); // or it is stored late: a report that came before it waits for it
        return isStored;
      },
    },
    errors: usage.errors,
    settings,
    logger,
  });
  const context: TokenContexts = {
    ledger: ledger.context,
    models: models.context,
    modelServers: modelServers.context,
    tokenizers: tokenizers.context,
    tokens: tokens.context,
    usage: usage.context,
  };
  return { context, routes: tokenRoutes(context), feed: usage.feed };
}

/** Listed without a running feature, too: no handler runs then. */
export function tokenRoutes(context: TokenContexts): Route[] {
  return [
    ...ranksRoutes(),
    ...ledgerRoutes(context.ledger),
    ...tokensRoutes(context.tokens),
    ...tokenizerRoutes(context.tokenizers),
  ];
}

/** Validations are recorded and read here; one of the portals that share a database deletes old ones. */
function startLedger(
  { databaseUrl, shutdown, ...options }: TokenOptions,
  { onValidated, errors }: UsageFeature,
): LedgerFeature {
  const ledger = createLedgerFeature({
    ...options,
    store: createLedgerStore(options.prisma),
    onRecorded: onValidated,
    errorOf: (model, method) => errors.errorOf(model, method),
  });
  shutdown.add("token ledger", () => ledger.stop());
  const pruning = holdAdvisoryLock({
    url: databaseUrl,
    name: "token-retention",
    onHeld: (signal) => ledger.prune(signal),
    log: (text) => {
      options.logger.debug(text);
    },
  });
  shutdown.add("token retention", () => pruning.stop());
  return ledger;
}
