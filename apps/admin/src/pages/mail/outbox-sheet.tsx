import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { FailureNotice } from "../../failures/failure-notice.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { MailContent } from "./mail-content.tsx";
import { MailState } from "./mail-state.tsx";
import type { OutboxMail } from "./outbox-mail.ts";
import { type TemplateTexts, titleOf } from "./template.ts";

interface OutboxSheetProps {
  readonly id: string;
  /** As the list has it, if it has it. */
  readonly listed: OutboxMail | undefined;
  readonly onClose: () => void;
}

/** One message: what became of it. Owners of the server read its content, where messages are not delivered. */
export function OutboxSheet({ id, listed, onClose }: OutboxSheetProps): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const { data, error, refetch } = useApiGet<OutboxMail & { readonly content: TemplateTexts | null }>(
    `mail/outbox/${id}`,
    {},
    { enabled: rights.server },
  );
  const mail = data ?? listed;
  return (
    <Sheet
      open
      onOpenChange={(next) => !next && onClose()}
      title={mail ? titleOf(mail.template) : t`Message`}
      size="lg"
    >
      {mail ? (
        <div className="flex flex-col gap-4">
          <MailFacts mail={mail} />
          {data?.content ? (
            <MailContent texts={data.content} />
          ) : (
            <p className="text-muted text-sm">
              {rights.server ? (
                <Trans>Its content is not kept: it may hold a link that opens an account.</Trans>
              ) : (
                <Trans>Only owners of the server read contents, and only where messages are not delivered.</Trans>
              )}
            </p>
          )}
        </div>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <SkeletonLines lines={6} />
      )}
    </Sheet>
  );
}

function MailFacts({ mail }: { readonly mail: OutboxMail }): ReactNode {
  const { t } = useLingui();
  const { to, channel, state, attempts, last_error, created_at, next_attempt_at, finished_at } = mail;
  const time = (value: string) => <Time absolute value={value} />;
  return (
    <KeyValueList
      items={[
        { key: "to", label: t`To`, value: to },
        { key: "channel", label: t`Sent as`, value: channel === "mail" ? t`Mail` : t`Text message` },
        { key: "state", label: t`State`, value: <MailState state={state} channel={channel} /> },
        { key: "attempts", label: t`Attempts`, value: attempts },
        ...(last_error === null
          ? []
          : [{ key: "error", label: t`Last error`, value: <FailureNotice text={last_error} /> }]),
        { key: "created", label: t`Asked for`, value: time(created_at) },
        ...(next_attempt_at === null ? [] : [{ key: "next", label: t`Next attempt`, value: time(next_attempt_at) }]),
        ...(finished_at === null ? [] : [{ key: "finished", label: t`Finished`, value: time(finished_at) }]),
      ]}
    />
  );
}
