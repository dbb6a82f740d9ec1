import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import type { UndoConflict } from "@plinth/client";
import type { ReactNode } from "react";
import { PageLink } from "../app/page-link.tsx";

const REASONS = {
  changed: msg`changed since`,
  exists: msg`created again since`,
  missing: msg`deleted since`,
  reference: msg`refers to an item that is gone`,
  unique: msg`another item has this value now`,
  referenced: msg`other items refer to it now`,
  invalid: msg`the collection does not take the values any more`,
  collection_deleted: msg`its collection is deleted`,
} as const;

interface ConflictListProps {
  readonly conflicts: readonly UndoConflict[];
  readonly total: number;
}

/** Items that cannot be brought back, and why. */
export function ConflictList({ conflicts, total }: ConflictListProps): ReactNode {
  const { t } = useLingui();
  return (
    <section aria-label={t`Conflicts`} className="flex flex-col gap-2">
      <p className="font-medium">
        <Trans>These stay as they are, because they do not fit any more:</Trans>
      </p>
      <ul className="flex flex-col divide-y rounded-lg border text-sm">
        {conflicts.map(({ collection, item, reason, fields }) => (
          <li key={`${collection} ${item}`} className="flex flex-wrap items-baseline gap-2 px-3 py-2">
            {collection === null ? (
              <code>{item.slice(-12)}</code>
            ) : (
              <PageLink path={`collections/${collection}/items/${item}`} className="hover:underline">
                {collection} <code>{item.slice(-12)}</code>
              </PageLink>
            )}
            <span className="text-muted">
              {t(REASONS[reason])}
              {fields.length > 0 && `: ${fields.join(", ")}`}
            </span>
          </li>
        ))}
      </ul>
      {total > conflicts.length && <p className="text-muted text-sm">{t`and ${total - conflicts.length} more`}</p>}
    </section>
  );
}
