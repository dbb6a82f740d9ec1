import { Trans, useLingui } from "@lingui/react/macro";
import { Send } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { useSearchState } from "../../app/search-state.ts";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Time } from "../../ui/time.tsx";
import { InviteToOrganizationDialog } from "./invite-dialog.tsx";
import { type OpenInvitation, ORGANIZATION_ROLE_NAMES } from "./organization.ts";

const address = z.object({ invite: z.literal(true).optional() });

/** Who may become a member. The API lists open invitations alone. */
export function OrganizationInvitations({ path }: { readonly path: string }): ReactNode {
  const { t } = useLingui();
  const [{ invite: isInviting }, setAddress] = useSearchState(address);
  const { data, error, refetch } = useApiGet<readonly OpenInvitation[]>(`${path}/invitations`);
  const revoke = useApiMutation({
    run: (api, id: string) => api.delete(`${path}/invitations/${id}`),
    changes: [path],
  });
  const columns = useMemo<readonly DataColumn<OpenInvitation>[]>(
    () => [
      { id: "email", header: t`Email`, primary: true, cell: ({ email }) => email },
      { id: "role", header: t`Role`, cell: ({ role }) => t(ORGANIZATION_ROLE_NAMES[role]) },
      { id: "created_at", header: t`Invited`, cell: (one) => <Time value={one.created_at} /> },
      { id: "expires_at", header: t`Expires`, cell: (one) => <Time value={one.expires_at} /> },
    ],
    [t],
  );
  return (
    <div className="flex flex-col gap-3">
      {revoke.error && <ErrorState inline error={revoke.error} />}
      <DataTable
        label={t`Invitations`}
        rows={data}
        columns={columns}
        rowId={({ id }) => id}
        error={error}
        onRetry={() => void refetch()}
        actions={({ id }) => [{ label: t`Revoke`, danger: true, onSelect: () => revoke.mutate(id) }]}
        empty={
          <EmptyState icon={<Send />} title={t`No open invitations`}>
            <Trans>An invitation is a link for one address. Whoever accepts it becomes a member.</Trans>
          </EmptyState>
        }
      />
      {isInviting && (
        <InviteToOrganizationDialog path={path} onClose={() => setAddress({ invite: undefined }, { replace: true })} />
      )}
    </div>
  );
}
