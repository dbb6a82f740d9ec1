import { Trans, useLingui } from "@lingui/react/macro";
import { Plus, Send } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList, useApiMutation } from "../../api/hooks.ts";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Time } from "../../ui/time.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { RoleBadges } from "./role-badges.tsx";
import type { Invitation } from "./user.ts";
import { UserFrame } from "./user-frame.tsx";

const address = z.object({ new: z.literal(true).optional() });

/** Who was invited, and what became of it. */
export default function InvitationList(): ReactNode {
  const { t } = useLingui();
  const [{ new: isNew }, setAddress] = useSearchState(address);
  const invitations = useApiList<Invitation>("invitations");
  const revoke = useApiMutation({
    run: (api, id: string) => api.delete(`invitations/${id}`),
    changes: ["invitations"],
  });
  const columns = useMemo<readonly DataColumn<Invitation>[]>(
    () => [
      { id: "email", header: t`Email`, primary: true, cell: ({ email }) => email ?? "–" },
      { id: "roles", header: t`Roles`, cell: ({ roles }) => <RoleBadges roles={roles} /> },
      { id: "state", header: t`State`, cell: ({ state }) => <InvitationState state={state} /> },
      { id: "created_at", header: t`Invited`, cell: (one) => <Time value={one.created_at} /> },
      { id: "expires_at", header: t`Expires`, cell: (one) => <Time value={one.expires_at} /> },
    ],
    [t],
  );
  const invite = (
    <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setAddress({ new: true })}>
      <Trans>Invite</Trans>
    </Button>
  );
  return (
    <UserFrame actions={invite}>
      {revoke.error && <ErrorState inline error={revoke.error} />}
      <PagedTable
        label={t`Invitations`}
        list={invitations}
        columns={columns}
        rowId={({ id }) => id}
        actions={({ id, state }) =>
          state === "open" ? [{ label: t`Revoke`, danger: true, onSelect: () => revoke.mutate(id) }] : []
        }
        empty={
          <EmptyState icon={<Send />} title={t`Nobody was invited yet`} actions={invite}>
            <Trans>An invitation is a link that makes an account with the roles that you choose.</Trans>
          </EmptyState>
        }
      />
      {isNew && <InviteDialog onClose={() => setAddress({ new: undefined }, { replace: true })} />}
    </UserFrame>
  );
}

function InvitationState({ state }: Pick<Invitation, "state">): ReactNode {
  switch (state) {
    case "open":
      return (
        <Badge tone="info">
          <Trans>Open</Trans>
        </Badge>
      );
    case "accepted":
      return (
        <Badge tone="success">
          <Trans>Accepted</Trans>
        </Badge>
      );
    case "revoked":
      return (
        <Badge>
          <Trans>Revoked</Trans>
        </Badge>
      );
    default:
      return (
        <Badge>
          <Trans>Expired</Trans>
        </Badge>
      );
  }
}
