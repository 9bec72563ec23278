// Needed to find programs and the driver's library, and to print numbers in the user's locale; nothing here is a secret.
const passedOn = new Set([
  "PATH",
  "HOME",
  "TMPDIR",
  "TZ",
  "LANG",
  "LC_ALL",
  "LD_LIBRARY_PATH",
  "NODE_ENV",
  // Files of the stand-ins in fixtures/nvidia-smi and fixtures/nvml: paths.
  "STAND_IN_CONTROL",
  "NVML_STUB_CONTROL",
  "NVML_STUB_LOG",
]);
const passedOnPrefixes = ["NVIDIA_", "CUDA_"];
/** NVIDIA_API_KEY of NIM and its like: for services, not for the driver. */
const secretName = /KEY|TOKEN|SECRET|PASS|CREDENTIAL/i;

function isPassedOn(name: string): boolean {
  if (passedOn.has(name)) return true;
  return passedOnPrefixes.some((prefix) => name.startsWith(prefix)) && !secretName.test(name);
}

/** The environment of the collector: no DATABASE_URL, no key, no password. Its settings travel over IPC. */
export function collectorEnvironment(): NodeJS.ProcessEnv {
  // eslint-disable-next-line no-restricted-properties -- no setting is read: names are picked for a child process
  const entries = Object.entries(process.env).filter(([name]) => isPassedOn(name));
  return Object.fromEntries(entries) as NodeJS.ProcessEnv;
}
