import { Trans, useLingui } from "@lingui/react/macro";
import type { StoredDelivery, StoredWebhook } from "@plinth/client/webhooks";
import { RotateCw, Send } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList, useApiMutation } from "../../api/hooks.ts";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";
import { Toolbar } from "../../ui/toolbar.tsx";
import { DeliverySheet } from "./delivery-sheet.tsx";
import { DeliveryState } from "./webhook-state.tsx";

const address = z.object({
  state: z.enum(["pending", "delivered", "failed"]).optional(),
  /** The id of the one that is open. */
  delivery: z.uuid().optional(),
});

/** Milliseconds. */
const EVERY = 5000;

/** What was sent to a webhook, and what waits. */
export function DeliveryList({ webhook }: { readonly webhook: StoredWebhook }): ReactNode {
  const { t } = useLingui();
  const [{ delivery: open, ...filter }, setFilter] = useSearchState(address);
  const path = `webhooks/${webhook.id}`;
  const deliveries = useApiList<StoredDelivery>(`${path}/deliveries`, filter, { every: EVERY });
  const replay = useApiMutation({
    run: (api, { id }: StoredDelivery) => api.post(`${path}/replay`, { deliveries: [id] }),
    changes: [`${path}/deliveries`],
    onDone: () => toast.success(t`It is sent again`),
  });
  const columns = useMemo<readonly DataColumn<StoredDelivery>[]>(
    () => [
      {
        id: "type",
        header: t`Message`,
        primary: true,
        cell: ({ id, type }) => (
          <button
            type="button"
            onClick={() => setFilter({ delivery: id })}
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
    [t, setFilter],
  );
  return (
    <section aria-label={t`Deliveries`}>
      <Toolbar label={t`Deliveries`} className="pb-3">
        <SegmentedControl
          aria-label={t`State`}
          value={filter.state ?? "all"}
          onValueChange={(state) => setFilter({ state: state === "all" ? undefined : state })}
          options={[
            { value: "all", label: t`All` },
            { value: "pending", label: t`Waiting` },
            { value: "delivered", label: t`Delivered` },
            { value: "failed", label: t`Failed` },
          ]}
        />
      </Toolbar>
      <PagedTable
        label={t`Deliveries`}
        list={deliveries}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id }) => setFilter({ delivery: id })}
        actions={(delivery) =>
          delivery.state === "pending"
            ? []
            : [
                {
                  label: t`Send again`,
                  icon: <RotateCw aria-hidden />,
                  onSelect: () => replay.mutate(delivery, { onError: (error) => void toast.error(errorWords(error)) }),
                },
              ]
        }
        empty={
          <EmptyState icon={<Send />} title={t`No deliveries`}>
            <Trans>Changes that fit the events appear here. They are kept for 14 days.</Trans>
          </EmptyState>
        }
      />
      {open !== undefined && (
        <DeliverySheet
          key={open}
          webhook={webhook.id}
          id={open}
          onClose={() => setFilter({ delivery: undefined }, { replace: true })}
        />
      )}
    </section>
  );
}

function StateAndProblem({ delivery }: { readonly delivery: StoredDelivery }): ReactNode {
  const { t } = useLingui();
  const { state, attempts, error } = delivery;
  return (
    <span className="flex flex-wrap items-center gap-2">
      <DeliveryState state={state} />
      {attempts > 1 && <span className="text-muted text-xs">{t`${attempts} attempts`}</span>}
      {state !== "delivered" && error && <span className="text-danger-ink text-xs">{error}</span>}
    </span>
  );
}
