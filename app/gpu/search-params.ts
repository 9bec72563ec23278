export type GpuPageView = "charts" | "table";
/** How several GPUs are drawn: in one plot, or each in its own below the other. */
export type CompareLayout = "overlaid" | "apart";

export interface GpuSearch {
  /** Id of the GPU; null when the address names none. */
  gpuUuid: string | null;
  view: GpuPageView;
  /** Ids of the GPUs that it is compared with. */
  compared: string[];
  layout: CompareLayout;
}

const MAX_UUID_LENGTH = 96;
/** With the GPU itself four. */
export const MAX_COMPARED = 3;

/** What the address of one GPU says. */
export function parseGpuSearch(params: Pick<URLSearchParams, "get">): GpuSearch {
  const gpu = params.get("gpu");
  const others = (params.get("with") ?? "").split(",").filter(isId);
  return {
    gpuUuid: gpu !== null && isId(gpu) ? gpu : null,
    view: params.get("view") === "table" ? "table" : "charts",
    compared: [...new Set(others)].filter((uuid) => uuid !== gpu).slice(0, MAX_COMPARED),
    layout: params.get("layout") === "apart" ? "apart" : "overlaid",
  };
}

function isId(text: string): boolean {
  return text !== "" && text.length <= MAX_UUID_LENGTH;
}

/** The change of the address that compares with these. */
export function compareChange(compared: readonly string[]): { with: string | null } {
  return { with: compared.length === 0 ? null : compared.join(",") };
}
