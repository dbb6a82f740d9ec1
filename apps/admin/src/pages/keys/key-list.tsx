import { Trans, useLingui } from "@lingui/react/macro";
import { KeyRound, Plus } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiList } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { Button } from "../../ui/button.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Time } from "../../ui/time.tsx";
import { type ApiKey, KIND_NAMES } from "./api-key.ts";
import { ExpiredBadge } from "./expired-badge.tsx";

/** The workspace's keys, with what they are for and when they were used last. */
export default function KeyList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const keys = useApiList<ApiKey>("keys");
  const columns = useMemo<readonly DataColumn<ApiKey>[]>(
    () => [
      {
        id: "name",
        header: t`Name`,
        primary: true,
        sortBy: ({ name }) => name,
        cell: (key) => (
          <span className="flex flex-wrap items-center gap-2">
            <PageLink path={`keys/${key.id}`} className="font-medium hover:underline">
              {key.name}
            </PageLink>
            <ExpiredBadge of={key} />
          </span>
        ),
      },
      { id: "kind", header: t`Kind`, sortBy: ({ kind }) => kind, cell: ({ kind }) => t(KIND_NAMES[kind]) },
      { id: "prefix", header: t`Begins with`, cell: ({ prefix }) => <code>{prefix}…</code> },
      {
        id: "last_used_at",
        header: t`Last used`,
        sortBy: (key) => key.last_used_at,
        cell: (key) => (key.last_used_at ? <Time value={key.last_used_at} /> : <Trans>Never</Trans>),
      },
      {
        id: "expires_at",
        header: t`Expires`,
        sortBy: (key) => key.expires_at,
        cell: (key) => (key.expires_at ? <Time value={key.expires_at} /> : <Trans>Never</Trans>),
      },
    ],
    [t],
  );
  const create = (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => go("keys/new")}>
      <Trans>Create key</Trans>
    </Button>
  );
  return (
    <div className="p-4 lg:p-6">
      <PageHeader
        title={t`API keys`}
        description={t`Programs show a key to say which workspace they mean and what they may do.`}
        actions={create}
      />
      <PagedTable
        label={t`API keys`}
        list={keys}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id }) => go(`keys/${id}`)}
        empty={
          <EmptyState icon={<KeyRound />} title={t`No keys yet`} actions={create}>
            <Trans>A web page needs a publishable key, a server of yours a secret one.</Trans>
          </EmptyState>
        }
      />
    </div>
  );
}
