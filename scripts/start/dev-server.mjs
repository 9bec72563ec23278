// The child of scripts/dev.mjs (node --import tsx): the server from its TypeScript, with Next's hot reload of the pages.
import { describeSetup } from "./describe-setup.mjs";
import { createSteps } from "./steps.mjs";
import { stopOnSignal } from "./stop-on-signal.mjs";

const steps = createSteps();
const stopping = stopOnSignal({ steps });

try {
  const { startServer } = await import("../../server/main.ts");
  const server = await stopping.track(
    startServer({ onStep: steps.begin, signal: stopping.signal }),
  );
  steps.end();
  steps.say(`Sightline is ready for development: ${server.url}`);
  if (server.setup !== null) steps.say(describeSetup(server.setup, steps.isTerminal));
} catch (error) {
  steps.clear();
  // A developer gets the whole error, unlike `npm start`.
  if (!stopping.signal.aborted) console.error(error);
  await stopping.stopWithError();
}
