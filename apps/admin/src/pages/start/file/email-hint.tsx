import { plural } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import type { Column } from "./columns.ts";

interface EmailHintProps {
  readonly column: Column;
  readonly onChange: (column: Column) => void;
}

/** Offers the type for addresses, which checks what is written later. */
export function EmailHint({ column, onChange }: EmailHintProps): ReactNode {
  const { type, notEmails } = column;
  if (type !== "text" || notEmails === undefined) return null;
  return (
    <p className="text-muted text-xs">
      {notEmails === 0 ? (
        <Trans>All are email addresses.</Trans>
      ) : (
        plural(notEmails, {
          one: "All but # are email addresses: that row will be refused, and you can mend it.",
          other: "All but # are email addresses: those rows will be refused, and you can mend them.",
        })
      )}{" "}
      <Button variant="link" size="sm" className="text-xs" onClick={() => onChange({ ...column, type: "email" })}>
        <Trans>Check them as email addresses</Trans>
      </Button>
    </p>
  );
}
