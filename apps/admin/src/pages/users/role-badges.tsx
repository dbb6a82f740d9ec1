import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";

/** The roles of one user in a list. */
export function RoleBadges({ roles }: { readonly roles: readonly string[] }): ReactNode {
  if (roles.length === 0) return "–";
  return (
    <span className="inline-flex flex-wrap gap-1">
      {roles.map((role) => (
        <Badge key={role}>{role}</Badge>
      ))}
    </span>
  );
}
