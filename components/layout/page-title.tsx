"use client";
import { createContext, type ReactNode, use, useEffect, useMemo, useState } from "react";

export interface Crumb {
  label: string;
  href: string;
}

export interface PageTitle {
  /** A noun; the h1 of the page and the name of the tab. */
  title: string;
  /** From the outside in, without the page itself. */
  crumbs?: readonly Crumb[] | undefined;
}

interface TitleStore {
  shown: PageTitle | null;
  show: (title: PageTitle | null) => void;
}

const TitleContext = createContext<TitleStore>({ shown: null, show: () => undefined });

export function PageTitleProvider({ children }: { children: ReactNode }) {
  const [shown, show] = useState<PageTitle | null>(null);
  const value = useMemo(() => ({ shown, show }), [shown]);
  return <TitleContext value={value}>{children}</TitleContext>;
}

/** Names the page in the top bar and in the tab, for as long as the caller is mounted. */
export function usePageTitle({ title, crumbs }: PageTitle): void {
  const { show } = use(TitleContext);
  const key = JSON.stringify(crumbs ?? []);
  useEffect(() => {
    show({ title, crumbs: JSON.parse(key) as Crumb[] });
    document.title = `${title} · Sightline`;
    return () => {
      show(null);
    };
  }, [show, title, key]);
}

/** What the page named itself; null until it did. */
export function useShownTitle(): PageTitle | null {
  return use(TitleContext).shown;
}
