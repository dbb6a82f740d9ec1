import { useLingui } from "@lingui/react/macro";
import type { StoredDelivery, StoredWebhook } from "@plinth/client/webhooks";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";

/** Whether messages are sent to a webhook, and whether they arrive. */
export function WebhookState({ webhook }: { readonly webhook: StoredWebhook }): ReactNode {
  const { t } = useLingui();
  if (!webhook.enabled) return <Badge>{t`Off`}</Badge>;
  return webhook.failing_since === null ? (
    <Badge tone="success">{t`Switched on`}</Badge>
  ) : (
    <Badge tone="danger">{t`Failing`}</Badge>
  );
}

const TONES = { pending: "info", delivered: "success", failed: "danger" } as const;

/** Whether a message waits, has arrived or was given up. */
export function DeliveryState({ state }: Pick<StoredDelivery, "state">): ReactNode {
  const { t } = useLingui();
  const names = { pending: t`Waiting`, delivered: t`Delivered`, failed: t`Failed` };
  return <Badge tone={TONES[state]}>{names[state]}</Badge>;
}
