import { useLingui } from "@lingui/react/macro";
import { useWorkspace } from "../api/workspace.ts";

/** Why nothing can be written here; undefined where it can. */
export function useLocked(): string | undefined {
  const { t } = useLingui();
  const { viewing, rights } = useWorkspace();
  if (viewing !== undefined) return t`While you see as somebody else, nothing can be changed.`;
  return rights.edit ? undefined : t`Your role in this workspace reads items, and does not change them.`;
}
