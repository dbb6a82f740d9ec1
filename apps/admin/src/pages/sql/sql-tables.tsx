import { Trans, useLingui } from "@lingui/react/macro";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SkeletonLines } from "../../ui/skeleton.tsx";

/** As `GET /api/sql/tables` lists it. */
export interface SqlTable {
  readonly collection: string;
  readonly table: string;
  readonly columns: readonly { readonly column: string; readonly field: string; readonly type: string }[];
}

interface TablesProps {
  readonly tables: readonly SqlTable[] | undefined;
  readonly error: Error | null;
  readonly onRetry: () => void;
  readonly onChoose: (table: SqlTable) => void;
}

/** What statements may name in this workspace. */
export function SqlTables({ tables, error, onRetry, onChoose }: TablesProps): ReactNode {
  const { t } = useLingui();
  return (
    <Card title={t`Tables of this workspace`} className="self-start">
      {error && <ErrorState inline error={error} onRetry={onRetry} />}
      {!tables && !error && <SkeletonLines />}
      {tables?.length === 0 && (
        <p className="text-muted text-sm">
          <Trans>There is no collection yet: each has a table.</Trans>
        </p>
      )}
      <ul className="flex max-h-[32rem] flex-col gap-1 overflow-y-auto">
        {tables?.map((one) => (
          <li key={one.table}>
            <details className="group">
              <summary className="flex cursor-pointer list-none items-start gap-1 rounded-sm py-1 text-sm hover:bg-hover pointer-coarse:py-2.5 [&::-webkit-details-marker]:hidden">
                <ChevronRight aria-hidden className="mt-0.5 size-4 shrink-0 text-subtle group-open:rotate-90" />
                <span className="min-w-0">
                  {one.collection} <code className="break-all text-muted text-xs">{one.table}</code>
                </span>
              </summary>
              <div className="flex flex-col gap-1 py-1 pl-5">
                <Button
                  size="sm"
                  className="self-start"
                  aria-label={t`Insert the name of ${one.collection}`}
                  onClick={() => onChoose(one)}
                >
                  <Trans>Insert the name</Trans>
                </Button>
                <ul className="text-xs">
                  {one.columns.map(({ column, type }) => (
                    <li key={column} className="flex justify-between gap-2">
                      <code className="break-all">{column}</code>
                      <span className="text-muted">{type}</span>
                    </li>
                  ))}
                </ul>
              </div>
            </details>
          </li>
        ))}
      </ul>
    </Card>
  );
}
