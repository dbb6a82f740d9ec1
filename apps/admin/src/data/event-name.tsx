import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { SECURITY_EVENT_NAMES } from "./security-events.ts";

/** What an event of the security log means; its type for one that a newer server has. */
export function EventName({ type }: { readonly type: string }): ReactNode {
  const { t } = useLingui();
  const name = SECURITY_EVENT_NAMES[type];
  return name ? <span title={type}>{t(name)}</span> : <code>{type}</code>;
}
