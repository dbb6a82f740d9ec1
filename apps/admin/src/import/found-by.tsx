import { Trans, useLingui } from "@lingui/react/macro";
import { fieldType } from "@plinth/core";
import type { ReactNode } from "react";
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

/** By which of their fields a column names items: unique ones first. */
export function FoundBy({ to, value, onChange, source }: FoundByProps): ReactNode {
  const { t } = useLingui();
  const target = useCollection(to);
  if (!target) return null;
  const fields = target.fields.filter((field) => fieldType(field).unique);
  const inOrder = fields.toSorted((a, b) => Number(b.unique ?? false) - Number(a.unique ?? false));
  const keys = ["id", ...inOrder.map(({ name }) => name)];
  const isUnique = value === "id" || target.fields.some(({ name, unique }) => name === value && unique);
  return (
    <>
      <Select
        aria-label={t`Found by: ${source}`}
        value={value}
        onValueChange={onChange}
        options={keys.map((key) => ({ value: key, label: t`found by its ${key}` }))}
      />
      {!isUnique && (
        <p className="text-muted text-xs">
          <Trans>A row whose value several items of {to} have is refused, and you can mend it.</Trans>
        </p>
      )}
    </>
  );
}
