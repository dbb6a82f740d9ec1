import { lazy, Suspense } from "react";

const Host = lazy(() => import("./toaster-host.tsx"));

/** Shows what `toast` says. Loaded after the first paint. */
export function Toaster() {
  return (
    <Suspense>
      <Host />
    </Suspense>
  );
}
