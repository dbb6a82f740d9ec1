import { useLingui } from "@lingui/react/macro";
import type { WholeDelivery } from "@plinth/client/webhooks";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { FailureNotice } from "../../failures/failure-notice.tsx";
import { CodeBlock } from "../../ui/code-block.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { JsonView } from "../../ui/json-view.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { Time } from "../../ui/time.tsx";
import { DeliveryState } from "./webhook-state.tsx";

interface DeliverySheetProps {
  /** Its id. */
  readonly webhook: string;
  readonly id: string;
  readonly onClose: () => void;
}

/** One delivery: what was sent, and what was answered to each attempt. */
export function DeliverySheet({ webhook, id, onClose }: DeliverySheetProps): ReactNode {
  const { t } = useLingui();
  const { data, error, refetch } = useApiGet<WholeDelivery>(`webhooks/${webhook}/deliveries/${id}`);
  return (
    <Sheet open onOpenChange={(next) => !next && onClose()} title={data?.type ?? t`Delivery`} size="lg">
      {data ? (
        <div className="flex flex-col gap-4">
          <DeliveryFacts delivery={data} />
          <h3 className="font-medium">{t`What was sent`}</h3>
          <JsonView value={JSON.parse(data.body)} depth={3} label={t`What was sent`} />
          {data.tries.length > 0 && <h3 className="font-medium">{t`Attempts`}</h3>}
          {data.tries.toReversed().map((made) => (
            <AttemptCard key={made.at} made={made} />
          ))}
        </div>
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <SkeletonLines lines={6} />
      )}
    </Sheet>
  );
}

function DeliveryFacts({ delivery }: { readonly delivery: WholeDelivery }): ReactNode {
  const { t } = useLingui();
  const { message_id, state, attempts, created_at, next_attempt_at, finished_at } = delivery;
  const time = (value: string) => <Time absolute value={value} />;
  return (
    <KeyValueList
      items={[
        { key: "id", label: "webhook-id", value: <code className="break-all">{message_id}</code> },
        { key: "state", label: t`State`, value: <DeliveryState state={state} /> },
        { key: "attempts", label: t`Attempts`, value: attempts },
        { key: "created", label: t`Stored`, value: time(created_at) },
        ...(next_attempt_at === null ? [] : [{ key: "next", label: t`Next attempt`, value: time(next_attempt_at) }]),
        ...(finished_at === null ? [] : [{ key: "finished", label: t`Finished`, value: time(finished_at) }]),
      ]}
    />
  );
}

function AttemptCard({ made }: { readonly made: WholeDelivery["tries"][number] }): ReactNode {
  const { t } = useLingui();
  const { at, status, error, answer, duration_ms } = made;
  return (
    <div className="flex flex-col gap-2 rounded-lg border p-3 text-sm">
      <p className="flex flex-wrap gap-x-3">
        <Time absolute value={at} />
        <span>{status === null ? t`No answer` : t`Status ${status}`}</span>
        <span className="text-muted">{t`${duration_ms} ms`}</span>
      </p>
      {error && <FailureNotice text={error} />}
      {answer && <CodeBlock label={t`Answer`} samples={answer} isLong />}
    </div>
  );
}
