import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Download, Table2 } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { csvOf, planLines, type SqlCell, type SqlResult } from "./result.ts";

interface ResultRow {
  readonly id: string;
  readonly cells: readonly SqlCell[];
}

interface ResultProps {
  readonly result: SqlResult;
  /** It is the plan of a statement that did not run. */
  readonly explained: boolean;
}

/** What a statement answered. */
export function SqlResultView({ result, explained }: ResultProps): ReactNode {
  const { t } = useLingui();
  if (explained) {
    return (
      <Card title={t`Plan`} description={t`The statement did not run.`}>
        <pre className="overflow-x-auto text-xs">{planLines(result).join("\n")}</pre>
      </Card>
    );
  }
  return (
    <Card
      flush
      title={<Summary {...result} />}
      description={result.truncated && t`There are more rows, or they take more than 1 MB: the rest is left out.`}
      actions={
        result.rows.length > 0 && (
          <>
            <CopyButton label={t`Copy as CSV`} text={() => csvOf(result)} />
            <Button
              size="sm"
              icon={<Download aria-hidden />}
              onClick={() => saveFile("rows.csv", new Blob([csvOf(result)], { type: "text/csv" }))}
            >
              <Trans>Download CSV</Trans>
            </Button>
          </>
        )
      }
    >
      <Rows result={result} />
    </Card>
  );
}

function Summary({ rows, columns, changes, ms }: SqlResult): ReactNode {
  const took = ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
  return (
    <span role="status">
      {columns.length > 0 || changes === 0 ? (
        <Plural value={rows.length} one="# row" other="# rows" />
      ) : (
        <Plural value={changes} one="# row changed" other="# rows changed" />
      )}{" "}
      <span className="font-normal text-muted">
        <Trans>in {took} ms</Trans>
      </span>
    </span>
  );
}

function Rows({ result }: { readonly result: SqlResult }): ReactNode {
  const { t } = useLingui();
  const rows = useMemo<readonly ResultRow[]>(
    () => result.rows.map((cells, i) => ({ id: String(i), cells })),
    [result.rows],
  );
  const columns = useMemo<readonly DataColumn<ResultRow>[]>(
    () =>
      result.columns.map((header, i) => ({
        id: `${i}`,
        header,
        primary: i === 0,
        align: result.rows.every(({ [i]: value }) => value === null || typeof value === "number") ? "end" : "start",
        sortBy: ({ cells }) => cells[i] ?? null,
        cell: ({ cells }) => <Cell value={cells[i] ?? null} />,
      })),
    [result],
  );
  return (
    <DataTable
      label={t`Rows`}
      rows={rows}
      columns={columns}
      rowId={({ id }) => id}
      className="border-0"
      empty={
        <EmptyState icon={<Table2 />} title={t`No rows`}>
          <Trans>The statement ran, and found nothing.</Trans>
        </EmptyState>
      }
    />
  );
}

function Cell({ value }: { readonly value: SqlCell }): ReactNode {
  if (value === null) return <span className="text-subtle">null</span>;
  return <span className="break-words font-mono text-xs">{String(value)}</span>;
}
