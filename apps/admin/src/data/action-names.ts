import { useLingui } from "@lingui/react/macro";
import type { Action } from "@plinth/core";

/** The actions in words. */
export function useActionNames(): Readonly<Record<Action, string>> {
  const { t } = useLingui();
  return { read: t`Read`, create: t`Create`, update: t`Change`, delete: t`Delete` };
}
