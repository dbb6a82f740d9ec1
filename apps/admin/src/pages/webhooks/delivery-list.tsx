import { Trans, useLingui } from "@lingui/react/macro";
import type { StoredDelivery, StoredWebhook } from "@plinth/client/webhooks";
import { History, RotateCw, Send } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import * as z from "zod";
import { useApiList, useApiMutation } from "../../api/hooks.ts";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { FailureLine } from "../../failures/failure-notice.tsx";
import { Button } from "../../ui/button.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";
import { DeliveryFilters, deliveryFilter } from "./delivery-filters.tsx";
import { DeliverySheet } from "./delivery-sheet.tsx";
import { ReplayDialog } from "./replay-dialog.tsx";
import { DeliveryState } from "./webhook-state.tsx";

export const openDelivery = z.object({
  /** The id of the one that is open. */
  delivery: z.uuid().optional(),
});

/** Milliseconds. */
const EVERY = 5000;

/** What was sent to a webhook, and what waits. */
export function DeliveryList({ webhook }: { readonly webhook: StoredWebhook }): ReactNode {
  const { t } = useLingui();
  const [filter, setFilter] = useSearchState(deliveryFilter);
  const [{ delivery: open }, setOpen] = useSearchState(openDelivery);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [isReplaying, setReplaying] = useState(false);
  const path = `webhooks/${webhook.id}`;
  const deliveries = useApiList<StoredDelivery>(`${path}/deliveries`, filter, { every: EVERY });
  const replay = useApiMutation({
    run: (api, ids: readonly string[]) =>
      api.post<{ readonly replayed: number }>(`${path}/replay`, { deliveries: ids }),
    changes: [`${path}/deliveries`],
    onDone: ({ replayed }) => {
      setSelection(new Set());
      toast.success(t`Sent again: ${replayed}`);
    },
  });
  const sendAgain = (ids: readonly string[]) =>
    replay.mutate(ids, { onError: (error) => void toast.error(errorWords(error)) });
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  const columns = useMemo<readonly DataColumn<StoredDelivery>[]>(
    () => [
      {
        id: "type",
        header: t`Message`,
        primary: true,
        cell: ({ id, type }) => (
          <button
            type="button"
            onClick={() => setOpen({ delivery: id })}
            className="text-left font-medium hover:underline"
          >
            {type}
          </button>
        ),
      },
      { id: "state", header: t`State`, cell: (delivery) => <StateAndProblem delivery={delivery} /> },
      { id: "status", header: t`Status`, cell: ({ status }) => status ?? "–" },
      { id: "created_at", header: t`Stored`, cell: ({ created_at }) => <Time value={created_at} /> },
    ],
    [t, setOpen],
  );
  return (
    <section aria-label={t`Deliveries`}>
      <div className="flex flex-wrap items-center gap-2 pb-3">
        <h2 className="grow font-semibold text-base">{t`Deliveries`}</h2>
        {selection.size > 0 && (
          <Button
            icon={<RotateCw aria-hidden />}
            pending={replay.isPending}
            disabled={!webhook.enabled}
            onClick={() => sendAgain([...selection])}
          >
            <Trans>Send {selection.size} again</Trans>
          </Button>
        )}
        <Button
          icon={<History aria-hidden />}
          disabled={!webhook.enabled}
          title={webhook.enabled ? undefined : t`Turn it on first.`}
          onClick={() => setReplaying(true)}
        >
          <Trans>Send those of a time again</Trans>
        </Button>
      </div>
      <DeliveryFilters filter={filter} onFilter={setFilter} />
      <PagedTable
        label={t`Deliveries`}
        list={deliveries}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id }) => setOpen({ delivery: id })}
        selection={selection}
        onSelectionChange={setSelection}
        actions={({ id, state }) =>
          state === "pending" || !webhook.enabled
            ? []
            : [{ label: t`Send again`, icon: <RotateCw aria-hidden />, onSelect: () => sendAgain([id]) }]
        }
        empty={
          <EmptyState icon={<Send />} title={isFiltered ? t`No delivery is like this` : t`No deliveries`}>
            <Trans>Changes that fit the events appear here. They are kept for 14 days.</Trans>
          </EmptyState>
        }
      />
      {isReplaying && <ReplayDialog webhook={webhook} onClose={() => setReplaying(false)} />}
      {open !== undefined && (
        <DeliverySheet
          key={open}
          webhook={webhook.id}
          id={open}
          onClose={() => setOpen({ delivery: undefined }, { replace: true })}
        />
      )}
    </section>
  );
}

function StateAndProblem({ delivery }: { readonly delivery: StoredDelivery }): ReactNode {
  const { t } = useLingui();
  const { state, attempts, error } = delivery;
  return (
    <span className="flex @max-xl:justify-end flex-wrap items-center gap-2">
      <DeliveryState state={state} />
      {attempts > 1 && <span className="text-muted text-xs">{t`${attempts} attempts`}</span>}
      {state !== "delivered" && error && <FailureLine text={error} />}
    </span>
  );
}
