import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { onProofNeeded } from "../api/step-up.ts";
import type { WaitingRequest } from "./step-up-dialog.tsx";

/** Loaded with the first request that needs it. */
const StepUpDialog = lazy(() => import("./step-up-dialog.tsx"));

/** Shows the dialog while a request waits for a fresh proof. */
export function StepUpHost(): ReactNode {
  const [waiting, setWaiting] = useState<WaitingRequest>();
  useEffect(() => onProofNeeded(() => new Promise<void>((resolve, reject) => setWaiting({ resolve, reject }))), []);
  if (!waiting) return null;
  return (
    <Suspense>
      <StepUpDialog waiting={waiting} onEnd={() => setWaiting(undefined)} />
    </Suspense>
  );
}
