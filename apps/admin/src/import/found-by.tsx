import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { PageLink } from "../app/page-link.tsx";
import { useCollection } from "../data/collections.ts";
import { Select } from "../ui/select.tsx";

interface FoundByProps {
  /** The collection that the values lead to. */
  readonly to: string;
  readonly value: string;
  readonly onChange: (field: string) => void;
  /** Of the column. */
  readonly source: string;
}

/** By which of their unique fields a column names items. */
export function FoundBy({ to, value, onChange, source }: FoundByProps): ReactNode {
  const { t } = useLingui();
  const target = useCollection(to);
  if (!target) return null;
  const keys = ["id", ...target.fields.filter(({ unique }) => unique).map(({ name }) => name)];
  return (
    <>
      <Select
        aria-label={t`Found by: ${source}`}
        value={value}
        onValueChange={onChange}
        options={keys.map((key) => ({ value: key, label: t`found by its ${key}` }))}
      />
      {keys.length === 1 && (
        <p className="text-muted text-xs">
          <Trans>
            Only a unique field can name an item, and {to} has none besides its id.{" "}
            <PageLink path={`collections/${to}`} className="text-accent-ink underline">
              Make one of its fields unique
            </PageLink>
          </Trans>
        </p>
      )}
    </>
  );
}
