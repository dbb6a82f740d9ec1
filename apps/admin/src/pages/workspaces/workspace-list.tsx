import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Boxes, Plus } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { hrefIn, useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { NOT_VIEWING } from "../../app/view-as/address.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Time } from "../../ui/time.tsx";
import { NewWorkspaceDialog } from "./new-workspace-dialog.tsx";
import { STATE_NAMES, type WorkspaceFacts } from "./workspace.ts";

const address = z.object({ new: z.literal(true).optional() });

/** All workspaces in which the operator may act. */
export default function WorkspaceList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const { rights, slug: open } = useWorkspace();
  const [{ new: isNew }, setAddress] = useSearchState(address);
  const workspaces = useApiList<WorkspaceFacts>("workspaces");
  const columns = useMemo<readonly DataColumn<WorkspaceFacts>[]>(
    () => [
      {
        id: "name",
        header: t`Name`,
        primary: true,
        sortBy: ({ name }) => name,
        cell: ({ slug, name }) => (
          <PageLink path={`workspaces/${slug}`} className="font-medium hover:underline">
            {name}
          </PageLink>
        ),
      },
      { id: "slug", header: t`Slug`, sortBy: ({ slug }) => slug, cell: ({ slug }) => <code>{slug}</code> },
      {
        id: "state",
        header: t`State`,
        cell: ({ state }) =>
          state === "active" ? t(STATE_NAMES[state]) : <Badge tone="warning">{t(STATE_NAMES[state])}</Badge>,
      },
      {
        id: "created_at",
        header: t`Created`,
        sortBy: (one) => one.created_at,
        // The default workspace comes with the tables, which know no time for it.
        cell: ({ created_at }) => (Date.parse(created_at) > 0 ? <Time value={created_at} /> : "–"),
      },
      {
        id: "visit",
        header: t`Open`,
        cell: ({ slug, state }) =>
          state !== "active" ? null : slug === open ? (
            <span className="text-muted">
              <Trans>You are in it</Trans>
            </span>
          ) : (
            <Link to={hrefIn(slug, "")} search={NOT_VIEWING as never} className="text-accent-ink underline">
              <Trans>Work in it</Trans>
            </Link>
          ),
      },
    ],
    [t, open],
  );
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`Workspaces`}
        description={t`Each has its own collections, rules, keys and users. Nothing in one can be reached from another.`}
        actions={
          rights.server && (
            <>
              <PageLink path="security-log/server" className="text-accent-ink text-sm underline">
                <Trans>Security log</Trans>
              </PageLink>
              <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setAddress({ new: true })}>
                <Trans>Create workspace</Trans>
              </Button>
            </>
          )
        }
      />
      <PagedTable
        label={t`Workspaces`}
        list={workspaces}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ slug }) => go(`workspaces/${slug}`)}
        empty={<EmptyState icon={<Boxes />} title={t`No workspaces`} />}
      />
      <NewWorkspaceDialog open={isNew === true} onClose={() => setAddress({ new: undefined }, { replace: true })} />
    </div>
  );
}
