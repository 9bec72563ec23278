import { FORECAST_POINT_MS, FORECAST_WINDOW_MS, type SharePoint } from "./forecast-critical";

/** The points of the last minutes of one GPU, oldest first: at most one in five seconds. */
export type ShareWindow = readonly SharePoint[];

/**
 * The window with one more point, or the same window when it is too soon for one. A clock that was set back begins it anew:
 * the times before and after cannot be compared.
 */
export function addShare(window: ShareWindow, point: SharePoint): ShareWindow {
  const last = window.at(-1);
  if (last && point.atMs < last.atMs) return [point];
  if (last && point.atMs - last.atMs < FORECAST_POINT_MS) return window;
  return [...window.filter(({ atMs }) => point.atMs - atMs <= FORECAST_WINDOW_MS), point];
}
