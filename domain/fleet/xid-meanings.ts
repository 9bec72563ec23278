/** What an Xid error of the driver means, and what to do next. */
export interface XidMeaning {
  meaning: string;
  nextStep: string;
}

const program =
  "Look at the logs of the process that used the GPU; the card itself is mostly fine.";
const watch = "Watch whether it comes again; then restart the host and update the driver.";
const reset = "Stop what uses the GPU and reset it with nvidia-smi --gpu-reset.";
const repair = "Move work away from this GPU and have it tested or replaced.";

// Codes as NVIDIA's "Xid Errors" lists them (docs.nvidia.com/deploy/xid-errors), in short words.
const meanings: Readonly<Record<number, XidMeaning>> = {
  8: { meaning: "The GPU stopped processing", nextStep: program },
  13: { meaning: "A program made the graphics engine fail", nextStep: program },
  31: { meaning: "A program touched memory that is not its own", nextStep: program },
  32: { meaning: "A command buffer was damaged on its way to the GPU", nextStep: watch },
  38: { meaning: "The driver's firmware failed", nextStep: watch },
  43: { meaning: "The GPU stopped processing for one program, which was ended", nextStep: program },
  45: { meaning: "The driver cleaned up after a program that was ended", nextStep: program },
  48: { meaning: "A memory error could not be corrected (ECC, two bits)", nextStep: reset },
  61: { meaning: "The GPU's own controller stopped at a breakpoint", nextStep: watch },
  62: { meaning: "The GPU's own controller halted", nextStep: reset },
  63: { meaning: "A bad row of memory was noted to be left out", nextStep: reset },
  64: { meaning: "A bad row of memory could not be noted", nextStep: repair },
  68: { meaning: "The video decoder failed", nextStep: program },
  69: { meaning: "A program made the graphics engine's class fail", nextStep: program },
  74: { meaning: "An NVLink connection had an error", nextStep: repair },
  79: {
    meaning: "The GPU has fallen off the bus",
    nextStep: "Restart the host. If it comes again, check power, cooling and the slot.",
  },
  92: { meaning: "Many memory errors were corrected", nextStep: watch },
  94: {
    meaning: "A memory error ended one program; others go on",
    nextStep: "Restart that program, and reset the GPU when it is free.",
  },
  95: { meaning: "A memory error may have hit every program on the GPU", nextStep: reset },
  109: { meaning: "Switching between programs took too long", nextStep: watch },
  119: { meaning: "The GPU's system processor (GSP) did not answer", nextStep: reset },
  120: { meaning: "The GPU's system processor (GSP) failed", nextStep: reset },
  121: { meaning: "The link between processor and GPU had an error", nextStep: watch },
  140: { meaning: "A memory error was not recovered from", nextStep: reset },
  143: { meaning: "The GPU could not be started", nextStep: "Restart the host." },
  154: {
    meaning: "The driver asks for a recovery step",
    nextStep: "Read the step in the kernel log (dmesg) and take it.",
  },
};

/** In words; a code that no table knows is named by its number. */
export function xidMeaning(code: number): XidMeaning {
  return (
    meanings[code] ?? {
      meaning: `Error ${code} of the driver`,
      nextStep:
        "Look the number up in NVIDIA's list of Xid errors, and read the kernel log (dmesg).",
    }
  );
}
