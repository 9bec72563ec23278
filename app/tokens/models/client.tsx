"use client";
import { useSearchParams } from "next/navigation";
import { lazy, Suspense } from "react";
import { usePageTitle } from "@/components/layout/page-title";
import { changeAddress } from "@/components/layout/url-state";
import { useWhoAmI } from "@/components/layout/use-who-am-i";
import { ModelsLoading } from "@/components/models/models-loading";
import { ProfilesPanel } from "@/components/models/profiles-panel";
import { useModelServers } from "@/components/models/use-model-servers";
import { useMeasuredErrors, useModelProfiles } from "@/components/models/use-models";
import { useTokenizers } from "@/components/models/use-tokenizers";
import { TokenTabs } from "@/components/tokens/token-tabs";
import type { ListedProfile } from "@/domain/tokens/model-profiles";
import { parseModelsSearch } from "./search-params";

// The list of profiles waits for none of them.
const FitPanel = lazy(async () => ({
  default: (await import("@/components/models/fit-panel")).FitPanel,
}));

const ModelServersPanel = lazy(async () => ({
  default: (await import("@/components/models/model-servers-panel")).ModelServersPanel,
}));
const TokenizersPanel = lazy(async () => ({
  default: (await import("@/components/models/tokenizers-panel")).TokenizersPanel,
}));

const crumbs = [{ label: "Tokens", href: "/tokens" }];
/** In the address: no profile's figures, but one's own. */
const OWN = "own";

/** Profiles of models, what counts their prompts, and what fits into a GPU's memory. */
export function ModelsClient() {
  usePageTitle({ title: "Models", crumbs });
  const search = parseModelsSearch(useSearchParams());
  const isAdmin = useWhoAmI().data?.role === "admin";
  const profiles = useModelProfiles().data?.profiles;
  const counters = {
    tokenizers: useTokenizers().data?.tokenizers,
    servers: useModelServers({ enabled: isAdmin }).data?.servers,
  };
  const errors = useMeasuredErrors().data?.errors;
  const chosen = chosenOf(profiles, search.profile);
  return (
    <>
      <TokenTabs />
      <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)_372px] content-start items-start gap-3 max-lg:grid-cols-1">
        <div className="flex min-w-0 flex-col gap-3">
          <ProfilesPanel
            counters={counters}
            errors={errors}
            chosenId={chosen?.id ?? null}
            onChoose={(profile) => {
              changeAddress({ profile }, "replace");
            }}
            isAdmin={isAdmin}
          />
          <Suspense fallback={<ModelsLoading />}>
            {isAdmin && <ModelServersPanel />}
            <TokenizersPanel isAdmin={isAdmin} />
          </Suspense>
        </div>
        <Suspense fallback={<ModelsLoading />}>
          {profiles && (
            <FitPanel
              profiles={profiles}
              chosen={chosen}
              onChoose={(id) => {
                changeAddress({ profile: id ?? OWN }, "replace");
              }}
              gpuUuid={search.gpu}
              onGpu={(gpu) => {
                changeAddress({ gpu }, "replace");
              }}
            />
          )}
        </Suspense>
      </div>
    </>
  );
}

/** Without one in the address, or one that is gone, the default. */
function chosenOf(
  profiles: readonly ListedProfile[] | undefined,
  wanted: string | null,
): ListedProfile | null {
  if (wanted === OWN) return null;
  return profiles?.find(({ id }) => id === wanted) ?? profiles?.[0] ?? null;
}
