import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { PageLink } from "../../app/page-link.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EventTable } from "./event-table.tsx";

/** What happened to accounts, rights and keys of the workspace. */
export default function SecurityLog(): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Security log`}
        description={t`What happened to accounts, rights and keys of this workspace, newest first.`}
        actions={
          rights.server && (
            <PageLink path="security-log/server" className="text-accent-ink text-sm underline">
              <Trans>Log of the server: operators and workspaces</Trans>
            </PageLink>
          )
        }
      />
      <EventTable path="security-log" />
    </div>
  );
}
