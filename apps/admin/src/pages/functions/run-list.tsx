import { Trans, useLingui } from "@lingui/react/macro";
import { ScrollText } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList } from "../../api/hooks.ts";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Badge } from "../../ui/badge.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { Time } from "../../ui/time.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import type { FunctionRun } from "./deployed.ts";

const address = z.object({ status: z.enum(["succeeded", "failed"]).optional() });

/** Milliseconds. */
const EVERY = 3000;

/** The last runs, with what the function wrote to the console. */
export function RunList({ name }: { readonly name: string }): ReactNode {
  const { t } = useLingui();
  const [filter, setFilter] = useSearchState(address);
  const runs = useApiList<FunctionRun>(`deployments/${name}/runs`, filter, { every: EVERY });
  const columns = useMemo<readonly DataColumn<FunctionRun>[]>(
    () => [
      { id: "created_at", header: t`Begun`, primary: true, cell: ({ created_at }) => <Time value={created_at} /> },
      { id: "status", header: t`State`, cell: ({ status }) => <RunState status={status} /> },
      { id: "console", header: t`Console`, cell: (run) => <Console run={run} /> },
      { id: "ms", header: t`Milliseconds`, align: "end", cell: ({ ms }) => ms },
      { id: "version", header: t`Version`, align: "end", cell: ({ version }) => version },
    ],
    [t],
  );
  return (
    <section aria-label={t`Runs`} className="pt-4">
      <Toolbar label={t`Runs`} className="pb-3">
        <SegmentedControl
          aria-label={t`State`}
          value={filter.status ?? "all"}
          onValueChange={(status) => setFilter({ status: status === "all" ? undefined : status })}
          options={[
            { value: "all", label: t`All` },
            { value: "succeeded", label: t`Done` },
            { value: "failed", label: t`Failed` },
          ]}
        />
      </Toolbar>
      <PagedTable
        label={t`Runs`}
        list={runs}
        columns={columns}
        rowId={({ id }) => id}
        empty={
          <EmptyState icon={<ScrollText />} title={t`No runs`}>
            <Trans>Each call appears here with what it wrote to the console. Runs are kept for some days.</Trans>
          </EmptyState>
        }
      />
    </section>
  );
}

function RunState({ status }: Pick<FunctionRun, "status">): ReactNode {
  const { t } = useLingui();
  return status === "failed" ? <Badge tone="danger">{t`Failed`}</Badge> : <Badge tone="success">{t`Done`}</Badge>;
}

function Console({ run: { logs, logs_left_out, error } }: { readonly run: FunctionRun }): ReactNode {
  const { t } = useLingui();
  if (logs.length === 0 && !error) return "–";
  return (
    <div className="flex max-h-40 min-w-0 flex-col gap-1 overflow-auto whitespace-pre-wrap break-words font-mono text-xs">
      {logs.map(({ text }) => text).join("\n")}
      {logs_left_out > 0 && <span className="text-muted">{t`${logs_left_out} more lines are left out`}</span>}
      {error && (
        <span className="text-danger-ink">
          {error.message}
          {error.stack?.[0] && `\n${error.stack[0]}`}
        </span>
      )}
    </div>
  );
}
