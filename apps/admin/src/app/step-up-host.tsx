import { t } from "@lingui/core/macro";
import { PlinthClientError } from "@plinth/client";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { onProofNeeded } from "../api/step-up.ts";
import type { WaitingRequest } from "./step-up-dialog.tsx";

/** Loaded with the first request that needs it. */
const StepUpDialog = lazy(() => import("./step-up-dialog.tsx"));

/** Shows the dialog while a request waits for a fresh proof. */
export function StepUpHost(): ReactNode {
  const [waiting, setWaiting] = useState<WaitingRequest>();
  useEffect(() => {
    let asked: WaitingRequest | undefined;
    const ask = () =>
      new Promise<void>((resolve, reject) => {
        asked = { resolve, reject };
        setWaiting(asked);
      });
    const end = onProofNeeded(ask);
    return () => {
      end();
      // Without the dialog nobody can answer.
      asked?.reject(new PlinthClientError("ABORTED", t`Cancelled: nothing was changed.`, 0));
    };
  }, []);
  if (!waiting) return null;
  return (
    <Suspense>
      <StepUpDialog waiting={waiting} onEnd={() => setWaiting(undefined)} />
    </Suspense>
  );
}
