import * as z from "zod";
import * as auditEntry from "@/domain/audit/audit-entry";
import * as cleanUp from "@/domain/gpu/clean-up";
import * as gpuFleet from "@/domain/gpu/gpu-fleet";
import * as gpuHistory from "@/domain/gpu/gpu-history";
import * as gpuMetric from "@/domain/gpu/gpu-metric";
import * as gpuProcess from "@/domain/gpu/gpu-process";
import * as gpuSample from "@/domain/gpu/gpu-sample";
import * as gpuUuid from "@/domain/gpu/gpu-uuid";
import * as quarantinedValue from "@/domain/gpu/quarantined-value";
import * as sourceStatus from "@/domain/gpu/source-status";
import * as healthReport from "@/domain/health/health-report";
import * as apiKey from "@/domain/identity/api-key";
import * as session from "@/domain/identity/session";
import * as signIn from "@/domain/identity/sign-in";
import * as user from "@/domain/identity/user";
import * as userRole from "@/domain/identity/user-role";
import * as whoAmI from "@/domain/identity/who-am-i";
import * as inferenceReport from "@/domain/inference/inference-report";
import * as agentStatus from "@/domain/ingest/agent-status";
import * as sampleBatch from "@/domain/ingest/sample-batch";
import * as gpuPressure from "@/domain/pressure/gpu-pressure";
import * as pressureEvent from "@/domain/pressure/pressure-event";
import * as pressureLevel from "@/domain/pressure/pressure-level";
import * as pressureWebhook from "@/domain/pressure/pressure-webhook";
import * as effectiveSettings from "@/domain/system/effective-settings";
import * as systemAbout from "@/domain/system/system-about";
import * as countMethod from "@/domain/tokens/count-method";
import * as countRequest from "@/domain/tokens/count-request";
import * as modelProfile from "@/domain/tokens/model-profile";
import * as modelProfiles from "@/domain/tokens/model-profiles";
import * as modelServer from "@/domain/tokens/model-server";
import * as promptSection from "@/domain/tokens/prompt-section";
import * as tokenBudget from "@/domain/tokens/token-budget";
import * as tokenizerFile from "@/domain/tokens/tokenizer-file";
import * as usageHistory from "@/domain/tokens/usage-history";
import * as usageReport from "@/domain/tokens/usage-report";
import * as validationRecord from "@/domain/tokens/validation-record";

const modules: readonly object[] = [
  auditEntry,
  cleanUp,
  gpuFleet,
  gpuHistory,
  gpuMetric,
  gpuProcess,
  gpuSample,
  gpuUuid,
  quarantinedValue,
  sourceStatus,
  healthReport,
  apiKey,
  session,
  signIn,
  user,
  userRole,
  whoAmI,
  inferenceReport,
  agentStatus,
  sampleBatch,
  gpuPressure,
  pressureEvent,
  pressureLevel,
  pressureWebhook,
  effectiveSettings,
  systemAbout,
  countMethod,
  countRequest,
  modelProfile,
  modelProfiles,
  modelServer,
  promptSection,
  tokenBudget,
  tokenizerFile,
  usageHistory,
  usageReport,
  validationRecord,
];

/** The schemas that are called by their own names in the document. What is not here is named after the operation that uses it. */
export function nameSchemas(more: Readonly<Record<string, z.ZodType>>): Map<string, z.ZodType> {
  const named = new Map<string, z.ZodType>();
  for (const [name, value] of [...modules, more].flatMap((one) => Object.entries(one))) {
    if (!(value instanceof z.ZodType)) continue;
    const other = named.get(name);
    if (other && other !== value) throw new Error(`Two schemas are called ${name}.`);
    named.set(name, value);
  }
  return named;
}
