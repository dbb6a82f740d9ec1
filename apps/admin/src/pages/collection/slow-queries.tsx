import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Zap } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import type { CollectionInfo } from "../../data/collections.ts";
import type { Draft } from "../../schema/draft.ts";
import { hasIndex, withIndex } from "../../schema/with-index.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { formatDuration } from "../../ui/format.ts";

/** A list or aggregate that was slow, as `GET /api/insights/queries` reports it. */
interface SlowQuery {
  readonly collection: string;
  readonly filter: unknown;
  readonly sort: string | null;
  readonly count: number;
  readonly p95_ms: number;
  readonly reads: string | null;
  readonly suggestion: { readonly index: readonly string[] } | null;
}

interface SlowQueriesProps {
  readonly collection: CollectionInfo;
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
}

/** What was slow in this collection lately, with the index that would help. */
export function SlowQueries({ collection, draft, onDraft }: SlowQueriesProps): ReactNode {
  const { t, i18n } = useLingui();
  const { data = [] } = useApiGet<readonly SlowQuery[]>("insights/queries", {}, { every: 30_000 });
  const slow = data.filter((query) => query.collection === collection.slug);
  if (slow.length === 0) return null;
  return (
    <Card flush title={t`Slow lately`} description={t`Since this server process started. Values are left out.`}>
      <ul className="divide-y">
        {slow.map((query) => {
          const { filter, sort, count, p95_ms, reads, suggestion } = query;
          const names = suggestion?.index ?? [];
          return (
            <li key={JSON.stringify(query)} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3 text-sm">
              <div className="min-w-0 flex-1 basis-60">
                <code className="break-all">
                  {filter === null ? "" : JSON.stringify(filter)} {sort !== null && `sort=${sort}`}
                </code>
                <p className="text-muted text-xs">
                  {plural(count, { one: "# time", other: "# times" })} · p95 {formatDuration(p95_ms, i18n.locale)}
                  {reads !== null && ` · ${reads}`}
                </p>
              </div>
              {names.length > 0 &&
                (hasIndex(draft, names) ? (
                  <span className="text-muted text-xs">
                    <Trans>The index is in the draft.</Trans>
                  </span>
                ) : (
                  <Button size="sm" icon={<Zap aria-hidden />} onClick={() => onDraft(withIndex(draft, names))}>
                    <Trans>Index {names.join(", ")}</Trans>
                  </Button>
                ))}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
