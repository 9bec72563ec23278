"use client";
import { usePathname, useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { copyWithToast } from "@/components/ui/copy-text";
import { ToastHost } from "@/components/ui/toast";
import { BottomBar } from "./bottom-bar";
import { IdentityWatch } from "./identity-watch";
import { MainNav } from "./main-nav";
import { OverlayProvider } from "./overlays";
import { PageStrips } from "./page-strips";
import { PageTitleProvider } from "./page-title";
import type { Page } from "./pages";
import { isDoor } from "./doors";
import { ShortcutProvider, useShortcut } from "./shortcuts";
import { withRange } from "./time-range";
import { TopBar } from "./top-bar";
import { usePages } from "./use-pages";

/** What stands around every page but the doors: those tell a stranger nothing, and ask the server for nothing. */
export function Frame({ children }: { children: ReactNode }) {
  return isDoor(usePathname()) ? children : <PortalFrame>{children}</PortalFrame>;
}

/** Main scrolls; the frame does not. */
function PortalFrame({ children }: { children: ReactNode }) {
  return (
    <ShortcutProvider>
      <PageTitleProvider>
        <OverlayProvider>
          <a
            href="#main"
            className="sr-only z-50 rounded-4 bg-surface-3 p-2 focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
          >
            Skip to content
          </a>
          <div className="grid h-dvh grid-cols-[var(--nav-rail)_minmax(0,1fr)] grid-rows-[minmax(0,1fr)] overflow-hidden max-md:grid-cols-[minmax(0,1fr)] max-md:grid-rows-[minmax(0,1fr)_auto] lg:grid-cols-[var(--nav-width)_minmax(0,1fr)]">
            <MainNav />
            <div className="flex min-h-0 min-w-0 flex-col">
              <TopBar />
              <PageStrips />
              {/* relative: text for screen readers scrolls with it and does not lengthen the page */}
              <main
                id="main"
                tabIndex={-1}
                className="relative flex min-h-0 flex-1 [scrollbar-width:thin] flex-col gap-3 overflow-auto px-4 pt-3 pb-3.5 outline-none! max-md:gap-2.5 max-md:px-3 max-md:pt-2.5 max-md:pb-4"
              >
                {children}
              </main>
            </div>
            <BottomBar />
          </div>
          <ToastHost />
          <IdentityWatch />
          <CopyLinkKey />
          <PageKeys />
        </OverlayProvider>
      </PageTitleProvider>
    </ShortcutProvider>
  );
}

function CopyLinkKey() {
  useShortcut(
    { keys: "y", label: "Copy the link; in a table the row", group: "Everywhere" },
    () => {
      void copyWithToast(window.location.href, "Link copied");
    },
  );
  return null;
}

function PageKeys() {
  return usePages().map((page) => <PageKey key={page.href} page={page} />);
}

function PageKey({ page }: { page: Page }) {
  const router = useRouter();
  useShortcut({ keys: `g ${page.key}`, label: page.label, group: "Go to" }, () => {
    router.push(withRange(page.href, new URLSearchParams(window.location.search)));
  });
  return null;
}
