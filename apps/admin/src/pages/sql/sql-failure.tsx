import { Trans, useLingui } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import type { ReactNode } from "react";
import { CopyButton } from "../../ui/copy-button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { missingTable, placeIn } from "./result.ts";
import type { SqlTable } from "./sql-tables.tsx";

interface SqlFailureProps {
  readonly error: Error;
  readonly sql: string;
  readonly tables?: readonly SqlTable[] | undefined;
}

/** Why a statement was refused, with its place where the database knows it. */
export function SqlFailure({ error, sql, tables = [] }: SqlFailureProps): ReactNode {
  const details = error instanceof PlinthClientError ? error.details : undefined;
  const position = (details as { position?: unknown } | undefined)?.position;
  const missing = missingTable(error.message);
  const meant = tables.find(({ collection }) => collection === missing);
  return (
    <div className="flex flex-col gap-2">
      <ErrorState inline error={error} />
      {meant && <RealName collection={meant.collection} table={meant.table} />}
      {typeof position === "number" && <Place sql={sql} position={position} />}
    </div>
  );
}

/** Somebody wrote the collection's name. */
function RealName({ collection, table }: Pick<SqlTable, "collection" | "table">): ReactNode {
  const { t } = useLingui();
  return (
    <p className="flex flex-wrap items-center gap-1 text-sm">
      <span>
        <Trans>
          {collection} is stored as <code className="break-all">{table}</code>.
        </Trans>
      </span>
      <CopyButton text={table} label={t`Copy the name`} />
    </p>
  );
}

function Place({ sql, position }: { readonly sql: string; readonly position: number }): ReactNode {
  const { line, column, text } = placeIn(sql, position);
  return (
    <figure className="text-sm">
      <figcaption className="pb-1 text-muted">
        <Trans>
          Line {line}, column {column}
        </Trans>
      </figcaption>
      <pre className="overflow-x-auto rounded-md border bg-sunken p-2 text-xs">
        {text}
        {"\n"}
        <span aria-hidden className="text-danger-ink">{`${" ".repeat(Math.max(0, column - 1))}^`}</span>
      </pre>
    </figure>
  );
}
