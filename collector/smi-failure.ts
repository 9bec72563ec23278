export interface SmiEnd {
  code: number | null;
  signal: string | null;
  /** Code of the error that kept it from starting: ENOENT, EACCES. */
  startError: string | null;
  /** The last lines that were no values. */
  lines: readonly string[];
  /** NVIDIA_SMI_PATH is set. */
  isNamedPath: boolean;
}

// Texts and exit codes of nvidia-smi (its manual page, RETURN VALUE).
const known: readonly { text: RegExp; code: number; says: string }[] = [
  { text: /No devices were found/i, code: 6, says: "nvidia-smi found no devices" },
  {
    text: /couldn't communicate with the NVIDIA driver/i,
    code: 9,
    says: "nvidia-smi cannot reach the NVIDIA driver",
  },
  {
    text: /Driver\/library version mismatch/i,
    code: 18,
    says: "the NVIDIA driver and its library differ in version: restart the machine",
  },
  {
    text: /Insufficient Permissions/i,
    code: 4,
    says: "nvidia-smi may not read the GPUs as this user",
  },
  { text: /NVML Shared Library/i, code: 12, says: "nvidia-smi cannot find the driver's library" },
  {
    text: /GPU is lost|Unable to determine the device handle/i,
    code: 15,
    says: "nvidia-smi lost a GPU: restart the machine",
  },
];

/** Why an nvidia-smi ended or never began, as one clause for a person. */
export function describeSmiEnd(end: SmiEnd): string {
  if (end.startError !== null) return describeStartError(end.startError, end.isNamedPath);
  const text = end.lines.join("\n");
  const match =
    known.find((entry) => entry.text.test(text)) ?? known.find((entry) => entry.code === end.code);
  if (match !== undefined) return match.says;
  if (end.signal !== null) return `nvidia-smi was ended by ${end.signal}`;
  return end.code === 0
    ? "nvidia-smi ended by itself"
    : `nvidia-smi ended with code ${end.code ?? "unknown"}`;
}

function describeStartError(code: string, isNamedPath: boolean): string {
  if (code === "ENOENT") {
    return isNamedPath ? "NVIDIA_SMI_PATH names no file" : "nvidia-smi is not on PATH";
  }
  if (code === "EACCES") {
    return isNamedPath
      ? "NVIDIA_SMI_PATH names a file that may not be run"
      : "nvidia-smi may not be run";
  }
  return `nvidia-smi could not be started (${code})`;
}
