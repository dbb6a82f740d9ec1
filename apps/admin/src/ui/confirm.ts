import type { ReactNode } from "react";

export interface ConfirmRequest {
  /** A question: "Delete 12 items?" */
  title: ReactNode;
  /** What will be lost, and whether it can be undone. */
  description?: ReactNode;
  /** A verb: "Delete". */
  confirmLabel: string;
  danger?: boolean;
  /** This text must be typed first, for example a collection's name. */
  typeToConfirm?: string;
}

interface PendingConfirm {
  request: ConfirmRequest;
  answer: (confirmed: boolean) => void;
}

let waiting: readonly PendingConfirm[] = [];
const listeners = new Set<() => void>();

function update(next: readonly PendingConfirm[]): void {
  waiting = next;
  for (const listener of listeners) listener();
}

/** Asks in a dialog. `false` if it was closed in any way other than by its button. Needs `ConfirmHost` on the page. */
export function confirm(request: ConfirmRequest): Promise<boolean> {
  return new Promise((resolve) => {
    const entry: PendingConfirm = {
      request,
      answer: (confirmed) => {
        update(waiting.filter((other) => other !== entry));
        resolve(confirmed);
      },
    };
    update([...waiting, entry]);
  });
}

export function subscribeToConfirms(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const firstConfirm = (): PendingConfirm | undefined => waiting[0];
