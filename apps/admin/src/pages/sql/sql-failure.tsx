import { Trans } from "@lingui/react/macro";
import { PlinthClientError } from "@plinth/client";
import type { ReactNode } from "react";
import { ErrorState } from "../../ui/error-state.tsx";
import { placeIn } from "./result.ts";

interface SqlFailureProps {
  readonly error: Error;
  readonly sql: string;
}

/** Why a statement was refused, with its place where the database knows it. */
export function SqlFailure({ error, sql }: SqlFailureProps): ReactNode {
  const details = error instanceof PlinthClientError ? error.details : undefined;
  const position = (details as { position?: unknown } | undefined)?.position;
  return (
    <div className="flex flex-col gap-2">
      <ErrorState inline error={error} />
      {typeof position === "number" && <Place sql={sql} position={position} />}
    </div>
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
