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
  // The control file of fixtures/nvidia-smi/stand-in.mjs: a path.
  "STAND_IN_CONTROL",
]);
const passedOnPrefixes = ["NVIDIA_", "CUDA_"];

/** The environment of the collector: no DATABASE_URL, no key, no password. Its settings travel over IPC. */
export function collectorEnvironment(): NodeJS.ProcessEnv {
  // eslint-disable-next-line no-restricted-properties -- no setting is read: names are picked for a child process
  const entries = Object.entries(process.env).filter(
    ([name]) => passedOn.has(name) || passedOnPrefixes.some((prefix) => name.startsWith(prefix)),
  );
  return Object.fromEntries(entries) as NodeJS.ProcessEnv;
}
