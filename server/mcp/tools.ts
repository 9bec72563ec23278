import { agentsTool } from "./agents-tool";
import { aroundTimeTool } from "./around-time-tool";
import { countTokensTool } from "./count-tokens-tool";
import { gpuHistoryTool } from "./gpu-history-tool";
import { gpuProcessesTool } from "./gpu-processes-tool";
import { gpuStateTool } from "./gpu-state-tool";
import { memoryPressureTool } from "./memory-pressure-tool";
import { pressureEventsTool } from "./pressure-events-tool";
import { quarantinedTool } from "./quarantined-tool";
import type { Tool } from "./tool";
import { validatePromptTool } from "./validate-prompt-tool";

/** In the order of the list that a client sees. A tool that reads more than GPUs comes with what it reads. */
export const tools: readonly Tool[] = [
  aroundTimeTool,
  gpuStateTool,
  gpuHistoryTool,
  gpuProcessesTool,
  memoryPressureTool,
  pressureEventsTool,
  quarantinedTool,
  agentsTool,
  countTokensTool,
  validatePromptTool,
];
