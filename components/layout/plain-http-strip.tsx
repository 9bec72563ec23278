import { LockOpen } from "lucide-react";
import { Strip } from "@/components/ui/strip";

/** Above every page, and above every form that takes a password. */
export function PlainHttpStrip({ className }: { className: string }) {
  return (
    <Strip tone="warn" icon={<LockOpen />} className={className}>
      <b>Not encrypted.</b> You came by plain http: passwords and sessions can be read on the way.
      Put https in front and set <code className="type-code text-[11px]">PUBLIC_URL</code>
    </Strip>
  );
}
