import { useLingui } from "@lingui/react/macro";
import type { ChangingRequest } from "@plinth/client";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";

/** `films: 12 created, 3 deleted` */
export function RequestCounts({ of }: { readonly of: ChangingRequest["changes"] }): ReactNode {
  const { t } = useLingui();
  return of.map(({ collection, inserted, updated, deleted }) => (
    <span key={collection} className="inline-flex flex-wrap items-center gap-1">
      <span className="font-medium">{collection ?? t`deleted collection`}</span>
      {inserted > 0 && <Badge tone="success">{t`${inserted} created`}</Badge>}
      {updated > 0 && <Badge tone="info">{t`${updated} changed`}</Badge>}
      {deleted > 0 && <Badge tone="danger">{t`${deleted} deleted`}</Badge>}
    </span>
  ));
}
