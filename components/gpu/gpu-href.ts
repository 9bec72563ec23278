/** Address of the page of one GPU. */
export function gpuHref(gpuUuid: string): string {
  return `/gpu?gpu=${encodeURIComponent(gpuUuid)}`;
}
