import { LockOpen } from "lucide-react";
import { Strip } from "@/components/ui/strip";

/** Shown on every page while anybody who reaches the server may use it. */
export function UnprotectedStrip({ unprotected }: { unprotected: boolean }) {
  if (!unprotected) return null;
  return (
    <Strip tone="warn" icon={<LockOpen />} className="px-4">
      <b>Not protected.</b> The server listens beyond this machine and there are no users yet:
      everybody who reaches its address sees and may do everything. Set{" "}
      <code className="type-code text-[11px]">HOST=127.0.0.1</code>, or keep it inside a trusted
      network.
    </Strip>
  );
}
