import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";
import { isExpired } from "./api-key.ts";

/** Beside the name of a key that counts no more. */
export function ExpiredBadge({ of }: { readonly of: Parameters<typeof isExpired>[0] }): ReactNode {
  if (!isExpired(of)) return null;
  return (
    <Badge tone="danger">
      <Trans>Expired</Trans>
    </Badge>
  );
}
