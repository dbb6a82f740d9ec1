import { t } from "@lingui/core/macro";
import type { ReactNode } from "react";

interface ToastOptions {
  description?: ReactNode;
  action?: { label: string; onClick: () => void };
  /** Milliseconds; `Infinity` stays until it is closed. */
  duration?: number;
}

type Kind = "success" | "error" | "info" | "loading";

let markMounted: () => void;
const mounted = new Promise<void>((resolve) => {
  markMounted = resolve;
});

/** Called by the `Toaster` when it can show messages; earlier ones wait for it. */
export const toasterMounted = (): void => markMounted();

let serial = 0;

function show(kind: Kind, message: ReactNode, options: ToastOptions = {}, id = `toast-${++serial}`): string {
  void Promise.all([import("sonner"), mounted]).then(([sonner]) => sonner.toast[kind](message, { ...options, id }));
  return id;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs the undoing once, and says truthfully how it ended. */
async function runUndo(id: string, undo: () => Promise<unknown>): Promise<void> {
  show("loading", t`Undoing…`, { duration: Infinity }, id);
  try {
    await undo();
    show("success", t`Undone`, { duration: 4000 }, id);
  } catch (error) {
    show("error", t`It could not be undone`, { description: messageOf(error), duration: Infinity }, id);
  }
}

/** Short messages at the edge of the screen. Each returns an id for `toast.dismiss`. Needs `Toaster` on the page. */
export const toast = {
  success: (message: ReactNode, options?: ToastOptions) => show("success", message, options),
  info: (message: ReactNode, options?: ToastOptions) => show("info", message, options),
  /** Stays until it is closed: what failed must not pass unseen. */
  error: (message: ReactNode, options?: ToastOptions) => show("error", message, { duration: Infinity, ...options }),
  /** Says what was done, with a button that takes it back. */
  undo(message: ReactNode, undo: () => Promise<unknown>): string {
    const id: string = show("success", message, {
      duration: 10_000,
      action: { label: t`Undo`, onClick: () => void runUndo(id, undo) },
    });
    return id;
  },
  dismiss(id: string): void {
    void import("sonner").then((sonner) => sonner.toast.dismiss(id));
  },
};
