import { Trans, useLingui } from "@lingui/react/macro";
import { ShieldCheck } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiList } from "../../api/hooks.ts";
import { PagedTable } from "../../app/paged-table.tsx";
import { PartyName } from "../../app/party-name.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { EventName } from "../../data/event-name.tsx";
import { useParties } from "../../data/parties.ts";
import type { SecurityLogEntry } from "../../data/security-log.ts";
import { Badge } from "../../ui/badge.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { formatDay } from "../../ui/format.ts";
import { Time } from "../../ui/time.tsx";
import { detailWords } from "./detail-words.ts";
import { LogFilters, logAddress } from "./log-filters.tsx";

/** Milliseconds: nobody waits for a stream here, and the log is read by few. */
const EVERY = 10_000;

interface EventTableProps {
  readonly path: "security-log" | "operators/security-log";
}

/** The events of one log, newest first, with filters that stand in the address. */
export function EventTable({ path }: EventTableProps): ReactNode {
  const { t, i18n } = useLingui();
  const [filter, setFilter] = useSearchState(logAddress);
  const log = useApiList<SecurityLogEntry>(path, filter, { every: EVERY });
  const names = useMemo(() => log.rows.flatMap(({ actor, target }) => [actor ?? [], target ?? []].flat()), [log.rows]);
  const partyOf = useParties(names);
  const columns: readonly DataColumn<SecurityLogEntry>[] = [
    { id: "at", header: t`Time`, cell: ({ at }) => <Time value={at} /> },
    {
      id: "type",
      header: t`Event`,
      primary: true,
      cell: ({ type, outcome }) => (
        <span className="flex flex-wrap items-center gap-2">
          <EventName type={type} />
          {outcome === "failed" && (
            <Badge tone="danger">
              <Trans>Failed</Trans>
            </Badge>
          )}
        </span>
      ),
    },
    {
      id: "actor",
      header: t`By`,
      cell: ({ actor, address: from }) => (
        <>
          {actor && <PartyName name={actor} party={partyOf(actor)} />}
          {from !== null && <code className="block text-muted text-xs">{from}</code>}
        </>
      ),
    },
    {
      id: "target",
      header: t`On`,
      cell: ({ target }) => target && <PartyName name={target} party={partyOf(target)} />,
    },
    {
      id: "detail",
      header: t`Detail`,
      cell: ({ detail }) => <span className="break-words @xl:block @xl:min-w-40">{detailWords(detail)}</span>,
    },
  ];
  return (
    <>
      <LogFilters filter={filter} onFilter={setFilter} ofOperators={path === "operators/security-log"} />
      <PagedTable
        label={t`Security log`}
        list={log}
        columns={columns}
        rowId={({ id }) => id}
        headingOf={({ at }) => formatDay(new Date(at), new Date(), i18n.locale)}
        actions={({ actor, target }) => [
          ...(actor ? [{ label: t`All by ${partyOf(actor).label}`, onSelect: () => setFilter({ actor }) }] : []),
          ...(target ? [{ label: t`All on ${partyOf(target).label}`, onSelect: () => setFilter({ target }) }] : []),
        ]}
        empty={
          <EmptyState icon={<ShieldCheck />} title={t`Nothing found`}>
            <Trans>
              Sign-ins, changes of rights and keys are recorded here; who changed which item is in the change log.
            </Trans>
          </EmptyState>
        }
      />
    </>
  );
}
