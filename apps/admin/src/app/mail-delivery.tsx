import { Trans } from "@lingui/react/macro";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet } from "../api/hooks.ts";

/** What becomes of mails on this server: `kept` for owners of the server to read, `none`: requests that need one are refused. */
export type MailDelivery = "sent" | "kept" | "none";

interface MailChannel {
  readonly channel: "mail" | "sms";
  readonly delivery: MailDelivery;
}

/** Undefined until it is known. */
export function useMailDelivery(channel: MailChannel["channel"] = "mail"): MailDelivery | undefined {
  const { data } = useApiGet<readonly MailChannel[]>("mail/templates");
  return data?.find((one) => one.channel === channel)?.delivery;
}

/** Says that mails do not arrive, where that is so. */
export function MailNotice({ className }: { readonly className?: string }): ReactNode {
  const delivery = useMailDelivery();
  if (delivery === undefined || delivery === "sent") return null;
  return (
    <div className={className}>
      <p className="flex gap-2 rounded-lg border border-warning-ink/40 bg-warning-soft p-3 text-sm">
        <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning-ink" />
        <span className="min-w-0">
          {delivery === "kept" ? (
            <Trans>
              No mail server is set: mails reach nobody. Owners of the server read them in the outbox. To send them, set{" "}
              <code>MAIL_URL</code> and <code>MAIL_FROM</code>, and start the server again.
            </Trans>
          ) : (
            <Trans>
              No mail server is set: what needs a mail is refused. Set <code>MAIL_URL</code> and <code>MAIL_FROM</code>,
              and start the server again.
            </Trans>
          )}
        </span>
      </p>
    </div>
  );
}
