import { useLingui } from "@lingui/react/macro";
import { History } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiGet, useApiMutation } from "../api/hooks.ts";
import { Badge } from "../ui/badge.tsx";
import { confirm } from "../ui/confirm.ts";
import { DataTable } from "../ui/data-table.tsx";
import type { DataColumn } from "../ui/data-table-model.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { errorWords } from "../ui/error-words.ts";
import type { MenuEntry } from "../ui/menu-entries.tsx";
import { Time } from "../ui/time.tsx";
import { toast } from "../ui/toast.ts";

interface DeployedVersion {
  readonly version: number;
  readonly active: boolean;
  readonly created_at: string;
}

/** What a page calls it that a version is the one that counts. */
interface VersionWords {
  /** Beside the version that counts. */
  readonly active: string;
  /** The action that lets another one count. */
  readonly action: string;
  readonly question: (version: number) => string;
  readonly done: (version: number) => string;
}

interface VersionTableProps<V extends DeployedVersion> {
  /** Of what has versions, below `/api/`. */
  readonly path: string;
  readonly changes: readonly string[];
  /** What each version is, between its number and its time. Must keep its identity between renders. */
  readonly columns: readonly DataColumn<V>[];
  readonly words: VersionWords;
  /** What it means that another version counts. */
  readonly consequence: (version: V) => string;
  readonly actions?: (version: V) => readonly MenuEntry[];
}

/** What was deployed; each can count again at once. */
export function VersionTable<V extends DeployedVersion>(props: VersionTableProps<V>): ReactNode {
  const { path, changes, columns: own, words, consequence, actions } = props;
  const { t } = useLingui();
  const { data, error, refetch } = useApiGet<readonly V[]>(`${path}/versions`);
  const rollBack = useApiMutation({
    run: (api, version: number) => api.post<DeployedVersion>(`${path}/rollback`, { version }),
    changes,
    onDone: ({ version }) => toast.success(words.done(version)),
  });
  const ask = async (version: V) => {
    const confirmed = await confirm({
      title: words.question(version.version),
      description: consequence(version),
      confirmLabel: words.action,
    });
    if (confirmed) rollBack.mutate(version.version, { onError: (failure) => void toast.error(errorWords(failure)) });
  };
  const columns = useMemo<readonly DataColumn<V>[]>(
    () => [
      {
        id: "version",
        header: t`Version`,
        primary: true,
        cell: ({ version, active }) => (
          <span className="flex items-center gap-2">
            {version}
            {active && <Badge tone="success">{words.active}</Badge>}
          </span>
        ),
      },
      ...own,
      { id: "created_at", header: t`Deployed`, cell: ({ created_at }) => <Time value={created_at} /> },
    ],
    [t, own, words.active],
  );
  return (
    <DataTable
      label={t`Versions`}
      rows={data}
      error={error}
      onRetry={() => void refetch()}
      columns={columns}
      rowId={({ version }) => String(version)}
      actions={(version) => [
        ...(actions?.(version) ?? []),
        ...(version.active
          ? []
          : [{ label: words.action, icon: <History aria-hidden />, onSelect: () => void ask(version) }]),
      ]}
      empty={<EmptyState title={t`No versions`} />}
    />
  );
}
