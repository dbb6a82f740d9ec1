import { Trans, useLingui } from "@lingui/react/macro";
import { ShieldCheck } from "lucide-react";
import { Fragment, type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useSearchState } from "../../app/search-state.ts";
import type { SecurityLogEntry } from "../../data/security-log.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { LoadMore } from "../../ui/pagination.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { Time } from "../../ui/time.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";

const address = z.object({
  outcome: z.enum(["ok", "failed"]).optional(),
  actor: z.string().max(100).optional(),
  target: z.string().max(100).optional(),
  address: z.string().max(100).optional(),
});

/** Milliseconds: nobody waits for a stream here, and the log is read by few. */
const EVERY = 10_000;

/** What happened to accounts, rights and keys, newest first. */
export default function SecurityLog(): ReactNode {
  const { t } = useLingui();
  const [filter, setFilter] = useSearchState(address);
  const log = useApiList<SecurityLogEntry>("security-log", filter, { every: EVERY });
  const columns = useMemo<readonly DataColumn<SecurityLogEntry>[]>(
    () => [
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
      { id: "actor", header: t`By`, cell: ({ actor }) => <Party name={actor} /> },
      { id: "target", header: t`On`, cell: ({ target }) => <Party name={target} /> },
      { id: "address", header: t`Address`, cell: ({ address: from }) => (from === null ? "–" : <code>{from}</code>) },
      {
        id: "detail",
        header: t`Detail`,
        cell: ({ detail }) => (detail ? <code className="break-all">{JSON.stringify(detail)}</code> : "–"),
      },
    ],
    [t],
  );
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Security log`}
        description={t`What happened to accounts, rights and keys of this workspace, newest first.`}
      />
      <Toolbar label={t`Filter`} className="pb-3">
        <SegmentedControl
          aria-label={t`Outcome`}
          value={filter.outcome ?? "all"}
          onValueChange={(outcome) => setFilter({ outcome: outcome === "all" ? undefined : outcome })}
          options={[
            { value: "all", label: t`All` },
            { value: "ok", label: t`Done` },
            { value: "failed", label: t`Failed` },
          ]}
        />
        <SearchInput
          label={t`Address`}
          value={filter.address ?? ""}
          onSearch={(text) => setFilter({ address: text || undefined }, { replace: true })}
          className="w-full sm:w-44"
        />
        {isFiltered && (
          <Button
            variant="ghost"
            onClick={() => setFilter({ outcome: undefined, actor: undefined, target: undefined, address: undefined })}
          >
            <Trans>Show all</Trans>
          </Button>
        )}
      </Toolbar>
      <DataTable
        label={t`Security log`}
        rows={log.isPending ? undefined : log.rows}
        columns={columns}
        rowId={({ id }) => id}
        error={log.error}
        onRetry={log.refetch}
        actions={({ actor, target }) => [
          ...(actor ? [{ label: t`All by ${actor}`, onSelect: () => setFilter({ actor }) }] : []),
          ...(target ? [{ label: t`All on ${target}`, onSelect: () => setFilter({ target }) }] : []),
        ]}
        empty={
          <EmptyState icon={<ShieldCheck />} title={t`Nothing happened`}>
            <Trans>Sign-ins, changes of rights and keys are recorded here.</Trans>
          </EmptyState>
        }
        footer={
          <LoadMore
            shown={log.rows.length}
            hasMore={log.hasMore}
            pending={log.isLoadingMore}
            onLoadMore={log.loadMore}
          />
        }
      />
    </div>
  );
}

/** It may break after each of its words. */
function EventName({ type }: { readonly type: string }): ReactNode {
  return (
    <code>
      {type.split(/(?<=_)/).map((word, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the words of one name keep their places
        <Fragment key={index}>
          {word}
          <wbr />
        </Fragment>
      ))}
    </code>
  );
}

/** `user:ID`, `key:ID` and the like, with a link to what has a page. */
function Party({ name }: { readonly name: string | null }): ReactNode {
  if (name === null) return "–";
  const [kind, id = ""] = name.split(":");
  const short = `${kind}:${id.slice(-8)}`;
  const page = kind === "user" ? `users/${id}` : kind === "key" ? `keys/${id}` : undefined;
  if (page === undefined) return <code title={name}>{short}</code>;
  return (
    <PageLink path={page} title={name} className="hover:underline">
      <code>{short}</code>
    </PageLink>
  );
}
