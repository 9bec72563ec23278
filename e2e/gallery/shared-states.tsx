import { Cpu } from "lucide-react";
import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { SimulatedStrip } from "@/components/layout/simulated-strip";
import { SimulatedBadge, StaleBadge } from "@/components/ui/badge";
import { Panel } from "@/components/ui/panel";
import { SkeletonPlot } from "@/components/ui/skeleton";
import {
  EmptyState,
  ErrorState,
  LoadingState,
  NoResultState,
  NotConfiguredState,
  QuarantinedState,
  StaleState,
} from "@/components/ui/states";

// The shared states as they are, each in a panel. It is bundled by the story that looks at it and is no page of the product.

const SEEN_AT_MS = Date.UTC(2026, 0, 1, 12);
const MINUTE_MS = 60_000;

function Shown({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section aria-label={name} data-state={name}>
      {children}
    </section>
  );
}

function Gallery() {
  return (
    <main className="flex flex-col gap-3">
      <h1 className="type-14 font-semibold">Shared states</h1>
      <Shown name="loading">
        <Panel title="GPU history">
          <LoadingState label="GPU history" waitingFor="The database reads 24 h of 8 GPUs">
            <SkeletonPlot />
          </LoadingState>
        </Panel>
      </Shown>
      <Shown name="empty">
        <Panel>
          <EmptyState
            icon={<Cpu />}
            title="No GPU on this machine"
            lookedAt={[{ name: "nvidia-smi", detail: "nvidia-smi is not on PATH" }]}
          >
            Sightline looked in one place and goes on looking.
          </EmptyState>
        </Panel>
      </Shown>
      <Shown name="error">
        <Panel>
          <ErrorState
            title="History was not read"
            message="The database does not answer. Live values go on."
            code="SERVICE_UNAVAILABLE"
            requestId="req-1"
            onRetry={() => undefined}
          />
        </Panel>
      </Shown>
      <Shown name="stale">
        <Panel title="GPU 0" actions={<StaleBadge ageMs={4 * MINUTE_MS} />}>
          <div className="p-3">
            <StaleState sinceMs={SEEN_AT_MS} ageMs={4 * MINUTE_MS} />
          </div>
        </Panel>
      </Shown>
      <Shown name="not-configured">
        <Panel>
          <NotConfiguredState
            title="Health addresses are not connected"
            setting="AI_HEALTH_URLS"
            command="AI_HEALTH_URLS=http://127.0.0.1:8095/health npm start"
          />
        </Panel>
      </Shown>
      <Shown name="simulated">
        <Panel title="GPU 0" actions={<SimulatedBadge />}>
          <SimulatedStrip
            sources={[
              {
                source: "smi",
                state: "unavailable",
                detail: "nvidia-smi is not on PATH",
                checkedAtMs: SEEN_AT_MS,
              },
            ]}
          />
        </Panel>
      </Shown>
      <Shown name="no-result">
        <Panel>
          <NoResultState title="No GPU matches">4 GPUs do without the filter.</NoResultState>
        </Panel>
      </Shown>
      <Shown name="quarantined">
        <QuarantinedState
          caption="GPU 0, 24 h"
          rows={[{ atMs: SEEN_AT_MS, field: "Power", rawValue: "-12 W" }]}
        />
      </Shown>
    </main>
  );
}

const root = document.getElementById("gallery");
if (root) createRoot(root).render(<Gallery />);
