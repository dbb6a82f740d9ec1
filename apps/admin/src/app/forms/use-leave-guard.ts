import { useLingui } from "@lingui/react/macro";
import { useBlocker } from "@tanstack/react-router";
import { useRef } from "react";
import { confirm } from "../../ui/confirm.ts";

/** Asks before somebody leaves what is not saved. `allow` lets the next navigation pass. */
export function useLeaveGuard(isDirty: boolean): { allow(): void } {
  const { t } = useLingui();
  const allowed = useRef(false);
  useBlocker({
    shouldBlockFn: async () => {
      if (!isDirty || allowed.current) return false;
      return !(await confirm({
        title: t`Leave without saving?`,
        description: t`What you have changed here will be lost.`,
        confirmLabel: t`Leave`,
        danger: true,
      }));
    },
    enableBeforeUnload: () => isDirty && !allowed.current,
  });
  return {
    allow: () => {
      allowed.current = true;
    },
  };
}
