import { Trans, useLingui } from "@lingui/react/macro";
import type { ChangingRequest } from "@plinth/client";
import { History, SearchX } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiListUntil } from "../../api/hooks.ts";
import { ActorName } from "../../app/actor-name.tsx";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { useParties } from "../../data/parties.ts";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { formatDay } from "../../ui/format.ts";
import { PageHeader } from "../../ui/page-header.tsx";
import { Time } from "../../ui/time.tsx";
import { News } from "../items/news.tsx";
import { ChangeFilters, changeAddress, changeQuery } from "./change-filters.tsx";
import { RequestCounts } from "./request-counts.tsx";
import { useNewRequests } from "./use-new-requests.ts";

const PAGE_SIZE = 50;

/** What was written, a line for each request, newest first. What comes meanwhile is announced, and shown on demand. */
export default function ChangeLog(): ReactNode {
  const { t, i18n } = useLingui();
  const go = useGo();
  const [filter, setFilter] = useSearchState(changeAddress);
  const query = changeQuery(filter);
  // A page has none of the requests that fit where many changes do not.
  const log = useApiListUntil<ChangingRequest>(
    "changes/requests",
    { ...query, limit: PAGE_SIZE },
    (rows) => rows.length > 0,
  );
  const isNew = useNewRequests(query, log.isPending || log.error ? undefined : log.rows);
  const isFiltered = Object.values(query).some((value) => value !== undefined);
  const names = useMemo(() => log.rows.flatMap(({ actor }) => actor ?? []), [log.rows]);
  const partyOf = useParties(names);
  const columns: readonly DataColumn<ChangingRequest>[] = [
    {
      id: "changes",
      header: t`Changes`,
      primary: true,
      cell: ({ request_id, changes }) => (
        <PageLink path={`changes/${request_id}`} className="flex flex-wrap items-center gap-2 hover:underline">
          <RequestCounts of={changes} />
        </PageLink>
      ),
    },
    {
      id: "by",
      header: t`By`,
      brief: true,
      width: "10rem",
      cell: ({ actor, actor_name }) => <ActorName actor={actor} name={actor_name} partyOf={partyOf} />,
    },
    { id: "at", header: t`Time`, brief: true, width: "10rem", cell: ({ to }) => <Time value={to} /> },
  ];
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Change log`}
        description={t`Who has changed items, newest first. Open a line to see each change, and to take them back.`}
        actions={
          <span role="status">
            <News count={isNew ? null : 0} onShow={log.refetch} />
          </span>
        }
      />
      <ChangeFilters filter={filter} onFilter={setFilter} />
      <PagedTable
        label={t`Change log`}
        list={log}
        columns={columns}
        rowId={({ request_id }) => request_id}
        headingOf={({ to }) => formatDay(new Date(to), new Date(), i18n.locale)}
        onOpen={({ request_id }) => go(`changes/${request_id}`)}
        actions={({ actor, actor_name }) =>
          actor === null
            ? []
            : [
                {
                  label: t`All by ${actor_name ?? partyOf(actor).label}`,
                  onSelect: () => setFilter({ actor: callerOf(actor) }),
                },
              ]
        }
        empty={
          isFiltered ? (
            <EmptyState icon={<SearchX />} title={t`Nothing found`}>
              <Trans>No change that the log still holds fits the filter.</Trans>
            </EmptyState>
          ) : (
            <EmptyState icon={<History />} title={t`Nothing was written yet`}>
              <Trans>
                Each write of items is listed here, an import or a bulk change as one line, and can be undone.
              </Trans>
            </EmptyState>
          )
        }
      />
    </div>
  );
}

/** `user:ID by operator:ID` is found under the user. */
function callerOf(actor: string): string {
  return actor.split(" by ")[0]!;
}
