import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";
import type { User } from "./user.ts";

/** What keeps an account from being an ordinary one. */
export function UserState({ user }: { readonly user: User }): ReactNode {
  if (user.blocked_at)
    return (
      <Badge tone="danger">
        <Trans>Blocked</Trans>
      </Badge>
    );
  if (user.is_anonymous)
    return (
      <Badge>
        <Trans>Anonymous</Trans>
      </Badge>
    );
  if (user.email && !user.email_verified)
    return (
      <Badge tone="warning">
        <Trans>Address not confirmed</Trans>
      </Badge>
    );
  return (
    <span className="text-muted">
      <Trans>Active</Trans>
    </span>
  );
}
