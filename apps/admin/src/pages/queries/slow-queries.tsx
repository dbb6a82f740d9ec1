import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { JsonObject } from "@plinth/core";
import { Gauge } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { confirm } from "../../ui/confirm.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";

interface SlowQuery {
  readonly collection: string;
  readonly kind: "list" | "aggregate";
  /** With `?` in place of each value. */
  readonly filter: unknown;
  readonly sort: string | null;
  readonly group_by: unknown;
  readonly count: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  readonly slowest_ms: number;
  /** The average of an answer. */
  readonly rows: number;
  readonly reads: string | null;
  readonly last_at: string;
  readonly suggestion: { readonly index: readonly string[]; readonly path: string; readonly body: JsonObject } | null;
}

/** Milliseconds. */
const EVERY = 10_000;

/** Lists and aggregates that took long, with the index that would help. */
export default function SlowQueries(): ReactNode {
  const { t } = useLingui();
  const { data, error, refetch } = useApiGet<readonly SlowQuery[]>("insights/queries", {}, { every: EVERY });
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Slow queries`}
        description={t`Lists and aggregates that took 100 ms or more, or that read a large collection for want of an index. The ones that cost most come first.`}
        className="pb-0"
      />
      {data.length === 0 && (
        <Card>
          <EmptyState icon={<Gauge />} title={t`No slow queries`}>
            <Trans>Since this process started, each list and aggregate was fast.</Trans>
          </EmptyState>
        </Card>
      )}
      {data.map((query) => (
        <QueryCard
          key={JSON.stringify([query.collection, query.kind, query.filter, query.sort, query.group_by])}
          query={query}
        />
      ))}
    </div>
  );
}

function QueryCard({ query }: { readonly query: SlowQuery }): ReactNode {
  const { t } = useLingui();
  const { collection, kind, filter, sort, group_by, suggestion } = query;
  const index = suggestion?.index.join(", ") ?? "";
  const make = useApiMutation({
    run: (api) => api.patch(suggestion!.path.replace(/^\/api\//, ""), suggestion!.body),
    changes: ["insights", "collections"],
    onDone: () => toast.success(t`The index is there`, { description: t`The next requests of this kind use it.` }),
  });
  const ask = async () => {
    const confirmed = await confirm({
      title: t`Make an index on ${index}?`,
      description: t`Reads by it become fast. Each write of ${collection} takes a little longer, and the index some disk. While it is made, a large collection may be busy for some seconds.`,
      confirmLabel: t`Make index`,
    });
    if (confirmed) make.mutate();
  };
  const parts: [string, string][] = [];
  if (filter) parts.push([t`filter`, JSON.stringify(filter)]);
  if (sort) parts.push([t`sort`, sort]);
  if (group_by) parts.push([t`groups`, JSON.stringify(group_by)]);
  return (
    <Card
      title={
        <PageLink path={`collections/${collection}/items`} className="break-words hover:underline">
          {collection}
        </PageLink>
      }
      description={kind === "list" ? t`List` : t`Aggregate`}
      actions={
        suggestion && (
          <Button variant="primary" pending={make.isPending} onClick={ask}>
            <Trans>Make index on {index}</Trans>
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-2 text-sm">
        {parts.map(([label, text]) => (
          <p key={label}>
            <span className="text-muted">{label}: </span>
            <code className="break-all">{text}</code>
          </p>
        ))}
        <p className="flex flex-wrap gap-x-4 gap-y-1">
          <span>
            <Plural value={query.count} one="# time" other="# times" />
          </span>
          <span>{t`half within ${query.p50_ms.toFixed(0)} ms`}</span>
          <span>{t`95% within ${query.p95_ms.toFixed(0)} ms`}</span>
          <span>{t`slowest ${query.slowest_ms.toFixed(0)} ms`}</span>
          <span>
            <Plural value={Math.round(query.rows)} one="# row in an answer" other="# rows in an answer" />
          </span>
          <Time value={query.last_at} className="text-muted" />
        </p>
        {query.reads && <p className="text-warning-ink">{query.reads}</p>}
        {!suggestion && query.reads === null && (
          <p className="text-muted">
            <Trans>No index would help: a rule, an expansion or the machine is slow.</Trans>
          </p>
        )}
        {make.error && <ErrorState inline error={make.error} />}
      </div>
    </Card>
  );
}
