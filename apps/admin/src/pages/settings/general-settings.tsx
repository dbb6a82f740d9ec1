import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { hrefIn } from "../../app/links.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { Card } from "../../ui/card.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { DangerZone } from "../workspaces/danger-zone.tsx";
import { DEFAULT_SLUG, type WorkspaceFacts } from "../workspaces/workspace.ts";
import { WorkspaceHosts } from "../workspaces/workspace-hosts.tsx";
import { WorkspaceNames } from "../workspaces/workspace-names.tsx";
import { ExportCard } from "./export-card.tsx";
import { OrganizationsSwitch } from "./organizations-switch.tsx";
import { SettingLinks } from "./setting-links.tsx";
import { ThisServer } from "./this-server.tsx";

/** What the workspace is called, what else can be set, and which server this is. */
export default function GeneralSettings(): ReactNode {
  const { t } = useLingui();
  const { slug, rights } = useWorkspace();
  const navigate = useNavigate();
  const { data, error, refetch } = useApiGet<WorkspaceFacts>(`workspaces/${slug}`);
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  const leadTo = (path: string) => void navigate({ to: path } as object as Parameters<typeof navigate>[0]);
  return (
    <div className="flex max-w-4xl flex-col gap-4 p-4 lg:p-6">
      <PageHeader title={t`General`} description={t`This workspace, and the server that it is on.`} className="pb-0" />
      {rights.own ? (
        <WorkspaceNames key={data.id} workspace={data} onMoved={(to) => leadTo(hrefIn(to, "settings"))} />
      ) : (
        <Card title={t`Names`}>
          <p>
            {data.name} <code className="text-muted">{data.slug}</code>
          </p>
          <p className="pt-1 text-muted text-sm">
            <Trans>Owners of the workspace can change them.</Trans>
          </p>
        </Card>
      )}
      <div className="grid gap-4 lg:grid-cols-2">
        <ThisServer />
        <div className="flex min-w-0 flex-col gap-4 [&>:last-child]:flex-1">
          <OrganizationsSwitch />
          <WorkspaceHosts slug={slug} />
        </div>
      </div>
      <ExportCard />
      <SettingLinks />
      {rights.own && data.slug !== DEFAULT_SLUG && (
        // Nothing can be read in a closed workspace: its owner goes on where it can be opened again.
        <DangerZone
          workspace={data}
          onClosed={() => leadTo(rights.server ? hrefIn(DEFAULT_SLUG, `workspaces/${slug}`) : "/")}
        />
      )}
    </div>
  );
}
