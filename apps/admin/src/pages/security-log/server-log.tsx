import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { PageLink } from "../../app/page-link.tsx";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { EventTable } from "./event-table.tsx";

/** What happened to operators' accounts and to workspaces, for owners of the server. */
export default function ServerLog(): ReactNode {
  const { t } = useLingui();
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        breadcrumbs={
          <Breadcrumbs
            items={[
              <PageLink key="workspace" path="security-log">
                <Trans>Security log</Trans>
              </PageLink>,
              t`Server`,
            ]}
          />
        }
        title={t`Security log of the server`}
        description={t`What happened to operators' accounts and to workspaces, in all of the server, newest first.`}
      />
      <EventTable path="operators/security-log" />
    </div>
  );
}
