import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import { VersionTable } from "../../deployed/version-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { CallerBadge } from "./caller-badge.tsx";
import type { FunctionVersion, WholeFunction } from "./deployed.ts";
import { RuntimeBadge } from "./runtime-badge.tsx";

/** The versions of a function; each can answer again at once. */
export function VersionList({ stored: { name } }: { readonly stored: WholeFunction }): ReactNode {
  const { t } = useLingui();
  const columns = useMemo<readonly DataColumn<FunctionVersion>[]>(
    () => [
      { id: "auth", header: t`Who may call it`, cell: ({ http }) => <CallerBadge auth={http.auth} /> },
      { id: "runtime", header: t`Runtime`, cell: ({ runtime }) => <RuntimeBadge runtime={runtime} /> },
      { id: "as", header: t`Acts as`, cell: ({ permissions }) => <code>{permissions.as}</code> },
      {
        id: "collections",
        header: t`Collections`,
        cell: ({ permissions: { collections } }) => collections.join(", ") || "–",
      },
    ],
    [t],
  );
  return (
    <VersionTable
      path={`deployments/${name}`}
      changes={["deployments"]}
      columns={columns}
      words={{
        active: t`Answers`,
        action: t`Let it answer`,
        question: (version) => t`Let version ${version} answer?`,
        done: (version) => t`Version ${version} answers`,
      }}
      consequence={({ http, permissions }) =>
        t`It answers at once, with the rights that it was deployed with: called by ${http.auth}, acting as ${permissions.as}.`
      }
    />
  );
}
