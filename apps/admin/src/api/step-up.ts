import { PlinthClientError } from "@plinth/client";

/** Shows the dialog that asks for the proof; resolves once the server has accepted it, and rejects with the error that led to it. */
export type AskForProof = () => Promise<void>;

let dialog: AskForProof | undefined;

/** The dialog is part of the frame, which registers it here: requests are made outside of React too. */
export function onProofNeeded(show: AskForProof): () => void {
  dialog = show;
  return () => {
    if (dialog === show) dialog = undefined;
  };
}

export function needsProof(error: unknown): boolean {
  return error instanceof PlinthClientError && error.code === "STEP_UP_REQUIRED" && dialog !== undefined;
}

let asking: Promise<void> | undefined;

/** One dialog for all requests that wait for it. */
export function proveAgain(): Promise<void> {
  asking ??= dialog!().finally(() => {
    asking = undefined;
  });
  return asking;
}
