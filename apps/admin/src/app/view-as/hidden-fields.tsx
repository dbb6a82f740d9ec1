import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { CollectionInfo } from "../../data/collections.ts";
import { PageLink } from "../page-link.tsx";

/** Which fields are left out, because the user that the operator views as may not read them. */
export function HiddenFields({ collection }: { readonly collection: CollectionInfo }): ReactNode {
  const { slug, hidden } = collection;
  if (!hidden) return null;
  const names = hidden.join(", ");
  return (
    <p className="text-muted text-sm">
      <Trans>
        Hidden from them: <span className="break-words">{names}</span>. No filter, order, board or export offers these
        fields.
      </Trans>{" "}
      <PageLink leadsOnly path={`collections/${slug}`} search={{ tab: "access" }} className="underline">
        <Trans>Rules of {slug}</Trans>
      </PageLink>
    </p>
  );
}
