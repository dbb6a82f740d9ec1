import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Card } from "../../ui/card.tsx";
import type { SchemaLine } from "./operations.ts";
import { Prose } from "./prose.tsx";

interface TableProps {
  readonly title: string;
  readonly lines: readonly SchemaLine[];
}

/** The properties of a body or an answer. */
export function SchemaTable({ title, lines }: TableProps): ReactNode {
  if (lines.length === 0) return null;
  return (
    <Card title={title}>
      <dl className="text-sm">
        {lines.map(({ name, type, required, description }) => (
          <div key={name} className="border-b py-1.5 last:border-b-0">
            <dt className="flex flex-wrap items-baseline gap-x-2">
              <code className="break-all font-medium">{name}</code>
              <span className="break-words text-muted text-xs">{type}</span>
              {required && (
                <span className="text-subtle text-xs">
                  <Trans>required</Trans>
                </span>
              )}
            </dt>
            {description && (
              <dd className="text-muted">
                <Prose text={description} />
              </dd>
            )}
          </div>
        ))}
      </dl>
    </Card>
  );
}
