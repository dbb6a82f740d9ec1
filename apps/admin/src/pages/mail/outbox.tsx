import { Trans, useLingui } from "@lingui/react/macro";
import { Send } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList } from "../../api/hooks.ts";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { FailureLine } from "../../failures/failure-notice.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { Time } from "../../ui/time.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { MailFrame } from "./mail-frame.tsx";
import { MailState } from "./mail-state.tsx";
import type { OutboxMail } from "./outbox-mail.ts";
import { OutboxSheet } from "./outbox-sheet.tsx";
import { titleOf } from "./template.ts";

const address = z.object({
  state: z.enum(["queued", "sent", "failed"]).optional(),
  to: z.string().max(254).optional(),
  /** The id of the message that is open. */
  mail: z.uuid().optional(),
});

/** Milliseconds. */
const EVERY = 5000;

/** Messages that wait, and those of the last days. */
export default function Outbox(): ReactNode {
  const { t } = useLingui();
  const [{ mail: open, ...filter }, setFilter] = useSearchState(address);
  const mails = useApiList<OutboxMail>("mail/outbox", filter, { every: EVERY });
  const columns = useMemo<readonly DataColumn<OutboxMail>[]>(
    () => [
      {
        id: "to",
        header: t`To`,
        primary: true,
        cell: ({ id, to }) => (
          <button
            type="button"
            onClick={() => setFilter({ mail: id })}
            className="text-left font-medium hover:underline"
          >
            {to}
          </button>
        ),
      },
      { id: "template", header: t`Message`, cell: ({ template }) => titleOf(template) },
      { id: "state", header: t`State`, cell: (mail) => <StateAndError mail={mail} /> },
      { id: "created_at", header: t`Asked for`, cell: (mail) => <Time value={mail.created_at} /> },
    ],
    [t, setFilter],
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
        onOpen={({ id }) => setFilter({ mail: id })}
        empty={
          <EmptyState icon={<Send />} title={t`No messages`}>
            <Trans>Confirmations, codes and invitations pass through here. They are kept for some days.</Trans>
          </EmptyState>
        }
      />
      {open !== undefined && (
        <OutboxSheet
          key={open}
          id={open}
          listed={mails.rows.find(({ id }) => id === open)}
          onClose={() => setFilter({ mail: undefined }, { replace: true })}
        />
      )}
    </MailFrame>
  );
}

function StateAndError({ mail: { state, channel, attempts, last_error } }: { readonly mail: OutboxMail }): ReactNode {
  const { t } = useLingui();
  return (
    <span className="flex @max-xl:justify-end flex-wrap items-center gap-2">
      <MailState state={state} channel={channel} />
      {attempts > 1 && <span className="text-muted text-xs">{t`${attempts} attempts`}</span>}
      {last_error && <FailureLine text={last_error} />}
    </span>
  );
}
