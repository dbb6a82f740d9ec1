import { lazy, Suspense } from "react";
import { createPortal } from "react-dom";

const Host = lazy(() => import("./toaster-host.tsx"));

/**
 * Shows what `toast` says. Loaded after the first paint. Outside of the page: an open dialog hides the page from screen readers, with whatever is
 * added to it later.
 */
export function Toaster() {
  return createPortal(
    <Suspense>
      <Host />
    </Suspense>,
    document.body,
  );
}
