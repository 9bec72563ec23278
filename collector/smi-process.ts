import { describeSmiEnd } from "./smi-failure";
import { readToolText, runTool, type ToolEnd } from "./tool-process";

export interface SmiCommand {
  /** NVIDIA_SMI_PATH; null = nvidia-smi on PATH. */
  path: string | null;
  args: readonly string[];
}

export interface SmiRun {
  onLine: (line: string) => void;
  /** The clause says why it ended. Comes once, and not after `kill`. */
  onEnd: (end: { code: number | null; detail: string }) => void;
}

/** Runs nvidia-smi and hands its lines on. */
export function runSmi({ path, args }: SmiCommand, run: SmiRun): { kill: () => void } {
  return runTool(
    { program: path ?? "nvidia-smi", args },
    {
      onLine: run.onLine,
      onEnd: (end) => run.onEnd({ code: end.code, detail: describe(path, end) }),
    },
  );
}

/** Runs nvidia-smi to its end. Answers what kills it at once. */
export function readSmiText(
  { path, args, limitMs }: SmiCommand & { limitMs: number },
  then: { onText: (text: string) => void; onFailure: (detail: string) => void },
): () => void {
  return readToolText({ program: path ?? "nvidia-smi", args, limitMs }, (end) => {
    if (end.isTooLate) then.onFailure("nvidia-smi does not answer");
    else if (end.code === 0) then.onText(end.text);
    else then.onFailure(describe(path, end));
  });
}

function describe(path: string | null, end: ToolEnd): string {
  return describeSmiEnd({ ...end, isNamedPath: path !== null });
}
