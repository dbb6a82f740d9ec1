import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useMailDelivery } from "../../app/mail-delivery.tsx";
import { Badge } from "../../ui/badge.tsx";
import type { OutboxMail } from "./outbox-mail.ts";

const TONES = { queued: "info", sent: "success", failed: "danger" } as const;

/** Whether a message waits, was sent or was given up. Without a mail server, none leaves this one. */
export function MailState({ state, channel }: Pick<OutboxMail, "state" | "channel">): ReactNode {
  const { t } = useLingui();
  const delivery = useMailDelivery(channel);
  if (state === "sent" && delivery === "kept") return <Badge tone="warning">{t`Kept here, not sent`}</Badge>;
  const names = { queued: t`Waiting`, sent: t`Sent`, failed: t`Failed` };
  return <Badge tone={TONES[state]}>{names[state]}</Badge>;
}
