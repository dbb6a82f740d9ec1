import { useLingui } from "@lingui/react/macro";
import { useWorkspace } from "../api/workspace.ts";

/** Why nothing can be written here; undefined where it can. */
export function useLocked(): string | undefined {
  const { t } = useLingui();
  const { viewing } = useWorkspace();
  return viewing === undefined ? undefined : t`While you see as somebody else, nothing can be changed.`;
}
