"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { useTRPC } from "@/components/trpc/trpc";
import { useLiveStatus, useLiveStore } from "./live-connection";
import { signInHref } from "./doors";
import { useWhoAmI } from "./use-who-am-i";

/**
 * Keeps the page true to who asks. Whoever may not read is led to the sign-in page; who loses that in the middle of work
 * keeps the page, and IdentityStrips says so. The server closes the socket of a session that ended: then it is asked at once.
 */
export function IdentityWatch() {
  const role = useWhoAmI().data?.role;
  const router = useRouter();
  const store = useLiveStore();
  const live = useLiveStatus((status) => status.state);
  const queryClient = useQueryClient();
  const { queryKey } = useTRPC().identity.whoAmI;
  const couldRead = useRef(false);
  const wasLost = useRef(false);

  useEffect(() => {
    if (role === undefined) return;
    store.setRefused(role === null);
    if (role !== null) couldRead.current = true;
    else if (!couldRead.current) router.replace(signInHref());
  }, [role, router, store]);

  useEffect(() => {
    const isLost = live === "lost";
    const hasChanged = isLost || (wasLost.current && live === "open");
    wasLost.current = isLost;
    if (hasChanged)
      void queryClient.invalidateQueries({ queryKey: queryKey() }, { cancelRefetch: false });
  }, [live, queryClient, queryKey]);

  useEffect(() => {
    // A page that the browser kept when it was left: it may show what somebody may not see any more.
    const onShow = (event: PageTransitionEvent) => {
      if (event.persisted) window.location.reload();
    };
    window.addEventListener("pageshow", onShow);
    return () => {
      window.removeEventListener("pageshow", onShow);
    };
  }, []);
  return null;
}
