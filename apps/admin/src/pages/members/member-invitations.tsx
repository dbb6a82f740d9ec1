import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import { useApiListUntil, useApiMutation } from "../../api/hooks.ts";
import { ROLE_NAMES } from "../../api/member-role.ts";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { Time } from "../../ui/time.tsx";
import type { MemberInvitation } from "./member.ts";

/** Invitations that wait for an answer. */
export function MemberInvitations(): ReactNode {
  const { t } = useLingui();
  const { rows, error, refetch } = useApiListUntil<MemberInvitation>("member-invitations", {}, () => false);
  const open = useMemo(() => rows.filter(({ state }) => state === "open"), [rows]);
  const revoke = useApiMutation({
    run: (api, id: string) => api.delete(`member-invitations/${id}`),
    changes: ["member-invitations"],
  });
  const columns = useMemo<readonly DataColumn<MemberInvitation>[]>(
    () => [
      { id: "email", header: t`Email`, primary: true, cell: ({ email }) => email },
      { id: "role", header: t`Role`, cell: ({ role }) => t(ROLE_NAMES[role]) },
      { id: "expires_at", header: t`Expires`, cell: (one) => <Time value={one.expires_at} /> },
    ],
    [t],
  );
  if (error) return <ErrorState inline error={error} onRetry={refetch} />;
  if (open.length === 0) return null;
  return (
    <section className="flex flex-col gap-2">
      <h2 className="font-semibold text-base">
        <Trans>Open invitations</Trans>
      </h2>
      {revoke.error && <ErrorState inline error={revoke.error} />}
      <DataTable
        label={t`Open invitations`}
        rows={open}
        columns={columns}
        rowId={({ id }) => id}
        actions={({ id }) => [{ label: t`Revoke`, danger: true, onSelect: () => revoke.mutate(id) }]}
        empty={null}
      />
    </section>
  );
}
