import { lazy, Suspense, useSyncExternalStore } from "react";
import { firstConfirm, subscribeToConfirms } from "./confirm.ts";

/** Loaded with the first question. */
const AlertDialog = lazy(() => import("./alert-dialog.tsx"));

/** Shows the questions of `confirm()`, one after the other. */
export function ConfirmHost() {
  const pending = useSyncExternalStore(subscribeToConfirms, firstConfirm);
  if (!pending) return null;
  return (
    <Suspense>
      <AlertDialog {...pending.request} open onAnswer={pending.answer} />
    </Suspense>
  );
}
