export type GpuPageView = "charts" | "table";

interface GpuSearch {
  /** Id of the GPU; null when the address names none. */
  gpuUuid: string | null;
  view: GpuPageView;
}

const MAX_UUID_LENGTH = 96;

/** What the address of one GPU says. */
export function parseGpuSearch(params: Pick<URLSearchParams, "get">): GpuSearch {
  const gpu = params.get("gpu");
  return {
    gpuUuid: gpu === null || gpu === "" || gpu.length > MAX_UUID_LENGTH ? null : gpu,
    view: params.get("view") === "table" ? "table" : "charts",
  };
}
