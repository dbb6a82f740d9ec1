import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Badge } from "../../ui/badge.tsx";

/** Who may call a function: what everybody may call stands out. */
export function CallerBadge({ auth }: { readonly auth: string }): ReactNode {
  const { t } = useLingui();
  const names: Readonly<Record<string, string>> = {
    public: t`Everybody`,
    signed_in: t`Whoever is signed in`,
    admin: t`Administrators`,
  };
  return <Badge tone={auth === "public" ? "warning" : "neutral"}>{names[auth] ?? auth}</Badge>;
}
