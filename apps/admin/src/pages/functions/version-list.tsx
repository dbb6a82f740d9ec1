import { useLingui } from "@lingui/react/macro";
import { History } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { Badge } from "../../ui/badge.tsx";
import { confirm } from "../../ui/confirm.ts";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { errorWords } from "../../ui/error-words.ts";
import { Time } from "../../ui/time.tsx";
import { toast } from "../../ui/toast.ts";
import { CallerBadge } from "./caller-badge.tsx";
import type { DeployedFunction, FunctionVersion, WholeFunction } from "./deployed.ts";

/** What was deployed; each can answer again at once. */
export function VersionList({ stored: { name } }: { readonly stored: WholeFunction }): ReactNode {
  const { t } = useLingui();
  const path = `deployments/${name}`;
  const { data, error, refetch } = useApiGet<readonly FunctionVersion[]>(`${path}/versions`);
  const rollBack = useApiMutation({
    run: (api, version: number) => api.post<DeployedFunction>(`${path}/rollback`, { version }),
    changes: ["deployments"],
    onDone: ({ version }) => toast.success(t`Version ${version} answers`),
  });
  const ask = async ({ version, permissions, http }: FunctionVersion) => {
    const confirmed = await confirm({
      title: t`Let version ${version} answer?`,
      description: t`It answers at once, with the rights that it was deployed with: called by ${http.auth}, acting as ${permissions.as}.`,
      confirmLabel: t`Let it answer`,
    });
    if (confirmed) rollBack.mutate(version, { onError: (failure) => void toast.error(errorWords(failure)) });
  };
  const columns = useMemo<readonly DataColumn<FunctionVersion>[]>(
    () => [
      {
        id: "version",
        header: t`Version`,
        primary: true,
        cell: ({ version, active }) => (
          <span className="flex items-center gap-2">
            {version}
            {active && <Badge tone="success">{t`Answers`}</Badge>}
          </span>
        ),
      },
      { id: "auth", header: t`Who may call it`, cell: ({ http }) => <CallerBadge auth={http.auth} /> },
      { id: "as", header: t`Acts as`, cell: ({ permissions }) => <code>{permissions.as}</code> },
      {
        id: "collections",
        header: t`Collections`,
        cell: ({ permissions: { collections } }) => collections.join(", ") || "–",
      },
      { id: "created_at", header: t`Deployed`, cell: ({ created_at }) => <Time value={created_at} /> },
    ],
    [t],
  );
  return (
    <div className="pt-4">
      <DataTable
        label={t`Versions`}
        rows={data}
        error={error}
        onRetry={() => void refetch()}
        columns={columns}
        rowId={({ version }) => String(version)}
        actions={(version) =>
          version.active
            ? []
            : [{ label: t`Let it answer`, icon: <History aria-hidden />, onSelect: () => void ask(version) }]
        }
        empty={<EmptyState title={t`No versions`} />}
      />
    </div>
  );
}
