import { useLingui } from "@lingui/react/macro";
import { useBlocker } from "@tanstack/react-router";
import { useRef } from "react";
import { confirm } from "../../ui/confirm.ts";

interface LeaveGuardOptions {
  /** Other states of the same page, such as a tab or an open panel, leave what was typed as it is. */
  readonly isKeptOnPage?: boolean;
}

/** Whether something would be lost: now, or once it is known what became of a write. */
type Unsaved = boolean | (() => boolean | Promise<boolean>);

/** Asks before somebody leaves what is not saved. `allow` lets the next navigation pass. */
export function useLeaveGuard(unsaved: Unsaved, { isKeptOnPage = false }: LeaveGuardOptions = {}): { allow(): void } {
  const { t } = useLingui();
  const allowed = useRef(false);
  const isUnsaved = () => !allowed.current && (typeof unsaved === "function" ? unsaved() : unsaved);
  useBlocker({
    shouldBlockFn: async ({ current, next }) => {
      if (isKeptOnPage && current.pathname === next.pathname) return false;
      if (!(await isUnsaved())) return false;
      return !(await confirm({
        title: t`Leave without saving?`,
        description: t`What you have changed here will be lost.`,
        confirmLabel: t`Leave`,
        danger: true,
      }));
    },
    // A page that is closed waits for no answer: what is on its way counts as unsaved.
    enableBeforeUnload: () => isUnsaved() !== false,
  });
  return {
    allow: () => {
      allowed.current = true;
    },
  };
}
