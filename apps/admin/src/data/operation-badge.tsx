import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Badge } from "../ui/badge.tsx";

interface OperationBadgeProps {
  readonly operation: "insert" | "update" | "delete";
}

/** What a change did to an item. */
export function OperationBadge({ operation }: OperationBadgeProps): ReactNode {
  const { t } = useLingui();
  switch (operation) {
    case "insert":
      return <Badge tone="success">{t`Created`}</Badge>;
    case "update":
      return <Badge tone="info">{t`Changed`}</Badge>;
    case "delete":
      return <Badge tone="danger">{t`Deleted`}</Badge>;
  }
}
