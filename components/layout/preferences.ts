"use client";
import { useSyncExternalStore } from "react";

// Kept in the browser: these are about one person's eyes and hands, not about the system.
const listeners = new Set<() => void>();

function read(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null; // storage is forbidden: the choice lasts until the page is left
  }
}

function write(key: string, value: string | null) {
  try {
    if (value === null) window.localStorage.removeItem(key);
    else window.localStorage.setItem(key, value);
  } catch {
    // as above
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  window.addEventListener("storage", listener); // another tab
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

export type Theme = "system" | "light" | "dark";

/** Read by the inline script of app/layout.tsx too, before the first paint. */
const THEME_KEY = "theme";
const SINGLE_KEYS_KEY = "single-keys";

function shownTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function setTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  write(THEME_KEY, theme === "system" ? null : theme);
}

/** The chosen theme; `system` in built HTML. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, shownTheme, () => "system");
}

/** Whether keys without a modifier do something (WCAG 2.1.4). */
export function areSingleKeysOn(): boolean {
  return read(SINGLE_KEYS_KEY) !== "off";
}

export function setSingleKeys(on: boolean): void {
  write(SINGLE_KEYS_KEY, on ? null : "off");
}

export function useSingleKeys(): boolean {
  return useSyncExternalStore(subscribe, areSingleKeysOn, () => true);
}
