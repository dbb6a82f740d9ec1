import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiGet } from "../api/hooks.ts";
import { PageLink } from "./page-link.tsx";

interface HookSettings {
  readonly hooks?: { readonly secret_ids?: readonly string[] };
}

/** Says that what the server posts cannot be signed yet, where that is so. */
export function HookSecretNotice(): ReactNode {
  const { data } = useApiGet<HookSettings>("auth-settings");
  if (data === undefined || (data.hooks?.secret_ids ?? []).length > 0) return null;
  return (
    <p className="rounded-lg border border-warning-ink/40 bg-warning-soft p-3 text-sm">
      <Trans>
        The server signs what it posts, and there is no secret for that yet.{" "}
        <PageLink path="sign-in" search={{ section: "hooks" }} className="underline">
          Make the secret of the hooks
        </PageLink>{" "}
        first: such a job fails without it.
      </Trans>
    </p>
  );
}
