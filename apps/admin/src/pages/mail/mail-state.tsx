import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";
import type { OutboxMail } from "./outbox-mail.ts";

const TONES = { queued: "info", sent: "success", failed: "danger" } as const;

/** Whether a message waits, was sent or was given up. */
export function MailState({ state }: Pick<OutboxMail, "state">): ReactNode {
  const { t } = useLingui();
  const names = { queued: t`Waiting`, sent: t`Sent`, failed: t`Failed` };
  return <Badge tone={TONES[state]}>{names[state]}</Badge>;
}
