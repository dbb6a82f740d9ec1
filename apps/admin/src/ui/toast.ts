import { t } from "@lingui/core/macro";
import type { ReactNode } from "react";

interface ToastAction {
  label: string;
  onClick: () => void;
}

interface ToastOptions {
  description?: ReactNode;
  action?: ToastAction;
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
async function runUndo(id: string, undo: () => Promise<unknown>, why?: ToastAction): Promise<void> {
  show("loading", t`Undoing…`, { duration: Infinity }, id);
  try {
    await undo();
    show("success", t`Undone`, { duration: 4000 }, id);
  } catch (error) {
    const options = { description: messageOf(error), duration: Infinity, ...(why && { action: why }) };
    show("error", t`It could not be undone`, options, id);
  }
}

/** Short messages at the edge of the screen. Each returns an id for `toast.dismiss`. Needs `Toaster` on the page. */
export const toast = {
  success: (message: ReactNode, options?: ToastOptions) => show("success", message, options),
  info: (message: ReactNode, options?: ToastOptions) => show("info", message, options),
  /** Stays until it is closed: what failed must not pass unseen. */
  error: (message: ReactNode, options?: ToastOptions) => show("error", message, { duration: Infinity, ...options }),
  /** Says what was done, with a button that takes it back. `why`: offered where that was refused. */
  undo(message: ReactNode, undo: () => Promise<unknown>, why?: ToastAction): string {
    const id: string = show("success", message, {
      duration: 10_000,
      action: { label: t`Undo`, onClick: () => void runUndo(id, undo, why) },
    });
    return id;
  },
  /** Takes something back at once. */
  undoing: (undo: () => Promise<unknown>, why?: ToastAction): Promise<void> => runUndo(`toast-${++serial}`, undo, why),
  dismiss(id: string): void {
    void import("sonner").then((sonner) => sonner.toast.dismiss(id));
  },
};
