import { t } from "@lingui/core/macro";
import type { ReactNode } from "react";
import { errorWords } from "./error-words.ts";
import { shortcutText } from "./shortcut.ts";

interface ToastAction {
  label: string;
  onClick: (event?: Pick<Event, "preventDefault">) => void;
}

interface ToastOptions {
  description?: ReactNode;
  /** `undefined` takes that of an earlier message with the same id away. */
  action?: ToastAction | undefined;
  /** Milliseconds; `Infinity` stays until it is closed. */
  duration?: number;
}

interface UndoOptions {
  /** Offered where the undoing was refused. */
  why?: ToastAction | undefined;
  /** Keys that do the same on this page. */
  shortcut?: string | undefined;
}

/** Milliseconds in which one reads what was done, and decides. */
const UNDO_MS = 20_000;

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

/** What an earlier message with the same id had. */
const NOTHING_ELSE = { description: undefined, action: undefined };

/** Runs the undoing once, and says truthfully how it ended. */
async function runUndo(id: string, undo: () => Promise<unknown>, why?: ToastAction): Promise<void> {
  show("loading", t`Undoing…`, { ...NOTHING_ELSE, duration: Infinity }, id);
  try {
    await undo();
    show("success", t`Undone`, { ...NOTHING_ELSE, duration: 4000 }, id);
  } catch (error) {
    const options = { description: errorWords(error), duration: Infinity, ...(why && { action: why }) };
    show("error", t`It could not be undone`, options, id);
  }
}

/** Short messages at the edge of the screen. Each returns an id for `toast.dismiss`. Needs `Toaster` on the page. */
export const toast = {
  success: (message: ReactNode, options?: ToastOptions) => show("success", message, options),
  info: (message: ReactNode, options?: ToastOptions) => show("info", message, options),
  /** Something goes on, and this stays until it is dismissed. `id`: of the message that it replaces. */
  loading: (message: ReactNode, id?: string) => show("loading", message, { duration: Infinity }, id),
  /** Stays until it is closed: what failed must not pass unseen. */
  error: (message: ReactNode, options?: ToastOptions) => show("error", message, { duration: Infinity, ...options }),
  /** Says what was done, with a button that takes it back. */
  undo(message: ReactNode, undo: () => Promise<unknown>, { why, shortcut }: UndoOptions = {}): string {
    const id: string = show("success", message, {
      duration: UNDO_MS,
      action: {
        label: shortcut === undefined ? t`Undo` : t`Undo (${shortcutText(shortcut)})`,
        onClick(event) {
          // The message stays, and says how it ended; closing, it would swallow that.
          event?.preventDefault();
          void runUndo(id, undo, why);
        },
      },
    });
    return id;
  },
  /** Takes something back at once. `id`: of the message that offered it. */
  undoing: (undo: () => Promise<unknown>, why?: ToastAction, id = `toast-${++serial}`): Promise<void> =>
    runUndo(id, undo, why),
  dismiss(id: string): void {
    void import("sonner").then((sonner) => sonner.toast.dismiss(id));
  },
};
