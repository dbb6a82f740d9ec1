import { Trans, useLingui } from "@lingui/react/macro";
import { SquareFunction } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { CreateButton, ListPage, nameColumn } from "../../app/list-page.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Time } from "../../ui/time.tsx";
import { CallerBadge } from "./caller-badge.tsx";
import type { DeployedFunction } from "./deployed.ts";

/** The code of the workspace that runs in the server. */
export default function FunctionList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const { data, error, refetch } = useApiGet<readonly DeployedFunction[]>("deployments");
  const columns = useMemo<readonly DataColumn<DeployedFunction>[]>(
    () => [
      nameColumn(t`Name`, ({ name }) => `functions/${name}`),
      { id: "auth", header: t`Who may call it`, cell: ({ http }) => <CallerBadge auth={http.auth} /> },
      { id: "methods", header: t`Methods`, cell: ({ http }) => <code>{http.methods.join(", ")}</code> },
      { id: "as", header: t`Acts as`, cell: ({ permissions }) => <code>{permissions.as}</code> },
      {
        id: "collections",
        header: t`Collections`,
        cell: ({ permissions: { actions, collections } }) =>
          collections.length === 0 ? "–" : `${collections.join(", ")} (${actions.join(", ")})`,
      },
      { id: "version", header: t`Version`, align: "end", cell: ({ version }) => version },
      { id: "updated_at", header: t`Deployed`, cell: ({ updated_at }) => <Time value={updated_at} /> },
    ],
    [t],
  );
  const create = (
    <CreateButton path="functions/new">
      <Trans>New function</Trans>
    </CreateButton>
  );
  return (
    <ListPage
      title={t`Functions`}
      description={t`Code of your own that runs in the server, with the rights that you declare.`}
      actions={create}
    >
      <DataTable
        label={t`Functions`}
        rows={data}
        error={error}
        onRetry={() => void refetch()}
        columns={columns}
        rowId={({ name }) => name}
        onOpen={({ name }) => go(`functions/${name}`)}
        empty={
          <EmptyState icon={<SquareFunction />} title={t`No functions yet`} actions={create}>
            <Trans>
              A function checks an order, asks another service with a secret key, or answers the webhook of a payment
              provider.
            </Trans>
          </EmptyState>
        }
      />
    </ListPage>
  );
}
