import { Trans, useLingui } from "@lingui/react/macro";
import { Send } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList } from "../../api/hooks.ts";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Badge } from "../../ui/badge.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { Time } from "../../ui/time.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { MailFrame } from "./mail-frame.tsx";
import { titleOf } from "./template.ts";

interface OutboxMail {
  readonly id: string;
  readonly channel: "mail" | "sms";
  readonly template: string;
  readonly to: string;
  readonly state: "queued" | "sent" | "failed";
  readonly attempts: number;
  readonly last_error: string | null;
  readonly created_at: string;
}

const address = z.object({
  state: z.enum(["queued", "sent", "failed"]).optional(),
  to: z.string().max(254).optional(),
});

/** Milliseconds. */
const EVERY = 5000;

/** Messages that wait, and those of the last days. */
export default function Outbox(): ReactNode {
  const { t } = useLingui();
  const [filter, setFilter] = useSearchState(address);
  const mails = useApiList<OutboxMail>("mail/outbox", filter, { every: EVERY });
  const columns = useMemo<readonly DataColumn<OutboxMail>[]>(
    () => [
      { id: "to", header: t`To`, primary: true, cell: ({ to }) => to },
      { id: "template", header: t`Message`, cell: ({ template }) => titleOf(template) },
      { id: "state", header: t`State`, cell: (mail) => <MailState mail={mail} /> },
      { id: "created_at", header: t`Asked for`, cell: (mail) => <Time value={mail.created_at} /> },
    ],
    [t],
  );
  return (
    <MailFrame>
      <Toolbar label={t`Outbox`} className="pb-3">
        <SegmentedControl
          aria-label={t`State`}
          value={filter.state ?? "all"}
          onValueChange={(state) => setFilter({ state: state === "all" ? undefined : state })}
          options={[
            { value: "all", label: t`All` },
            { value: "queued", label: t`Waiting` },
            { value: "sent", label: t`Sent` },
            { value: "failed", label: t`Failed` },
          ]}
        />
        <SearchInput
          label={t`Address`}
          value={filter.to ?? ""}
          onSearch={(text) => setFilter({ to: text || undefined }, { replace: true })}
          className="w-full sm:w-56"
        />
      </Toolbar>
      <PagedTable
        label={t`Outbox`}
        list={mails}
        columns={columns}
        rowId={({ id }) => id}
        empty={
          <EmptyState icon={<Send />} title={t`No messages`}>
            <Trans>Confirmations, codes and invitations pass through here. They are kept for some days.</Trans>
          </EmptyState>
        }
      />
    </MailFrame>
  );
}

function MailState({ mail: { state, attempts, last_error } }: { readonly mail: OutboxMail }): ReactNode {
  const { t } = useLingui();
  const tone = { queued: "info", sent: "success", failed: "danger" } as const;
  const names = { queued: t`Waiting`, sent: t`Sent`, failed: t`Failed` };
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Badge tone={tone[state]}>{names[state]}</Badge>
      {attempts > 1 && <span className="text-muted text-xs">{t`${attempts} attempts`}</span>}
      {last_error && <span className="text-danger-ink text-xs">{last_error}</span>}
    </span>
  );
}
