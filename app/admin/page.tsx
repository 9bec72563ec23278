import type { Metadata } from "next";
import { Suspense } from "react";
import { AdminLoading } from "@/components/admin/admin-loading";
import { AdminClient } from "./client";

export const metadata: Metadata = { title: "Admin" };

export default function AdminPage() {
  return (
    <Suspense fallback={<AdminLoading />}>
      <AdminClient />
    </Suspense>
  );
}
