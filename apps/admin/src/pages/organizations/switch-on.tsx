import { Trans, useLingui } from "@lingui/react/macro";
import { Building2 } from "lucide-react";
import type { ReactNode } from "react";
import { API_URL } from "../../api/config.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { SwitchOnForm } from "./switch-on-form.tsx";

/** What organizations are for, where the workspace has none. */
export function SwitchOn(): ReactNode {
  const { t } = useLingui();
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Organizations`}
        description={t`For apps whose customers are companies or clubs: their users work together and see only their own data.`}
      />
      <div className="rounded-lg border bg-surface">
        <EmptyState
          icon={<Building2 />}
          title={t`Organizations are switched off`}
          samples={[{ label: "curl", code: `curl -X PUT ${API_URL}/api/organizations -H "x-api-key: $PLINTH_KEY"` }]}
        >
          <Trans>
            Switched on, the workspace gets four collections, for organizations, their members, and teams, with rules by
            which members see their own.
          </Trans>
        </EmptyState>
        <div className="mx-auto max-w-md px-4 pb-8">
          <SwitchOnForm />
        </div>
      </div>
    </div>
  );
}
