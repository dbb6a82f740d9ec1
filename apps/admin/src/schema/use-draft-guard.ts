import { useLingui } from "@lingui/react/macro";
import { useBlocker } from "@tanstack/react-router";
import { useRef } from "react";
import { confirm } from "../ui/confirm.ts";

/** Asks before somebody leaves a draft that is not applied. `allow` lets the next navigation pass. */
export function useDraftGuard(isDirty: boolean): { allow(): void } {
  const { t } = useLingui();
  const isAllowed = useRef(false);
  useBlocker({
    enableBeforeUnload: () => isDirty && !isAllowed.current,
    shouldBlockFn: async ({ current, next }) => {
      // Another tab of the page, or an open field, leaves the draft as it is.
      if (!isDirty || isAllowed.current || current.pathname === next.pathname) return false;
      return !(await confirm({
        title: t`Leave without applying your changes?`,
        description: t`The draft of this schema is lost.`,
        confirmLabel: t`Leave`,
        danger: true,
      }));
    },
  });
  return {
    allow: () => {
      isAllowed.current = true;
    },
  };
}
