import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { UserCog, UserPlus } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList, useApiMutation } from "../../api/hooks.ts";
import { type MemberRole, ROLE_NAMES } from "../../api/member-role.ts";
import { useWorkspace, workspacesQuery } from "../../api/workspace.ts";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Select } from "../../ui/select.tsx";
import { Time } from "../../ui/time.tsx";
import { InviteMemberDialog } from "./invite-member-dialog.tsx";
import { type Member, useAssignableRoles } from "./member.ts";
import { MemberInvitations } from "./member-invitations.tsx";

const address = z.object({ invite: z.literal(true).optional() });

/** The operators who work in this workspace. */
export default function MemberList(): ReactNode {
  const { t } = useLingui();
  const { me, rights } = useWorkspace();
  const [{ invite }, setAddress] = useSearchState(address);
  const members = useApiList<Member>("members");
  const assignable = useAssignableRoles();
  const mayManage = ({ id, role }: Member) => id !== me.id && assignable.includes(role);
  const change = useApiMutation({
    run: (api, { id, role }: { readonly id: string; readonly role: MemberRole }) =>
      api.patch(`members/${id}`, { role }),
    changes: ["members"],
  });
  const remove = useApiMutation({ run: (api, id: string) => api.delete(`members/${id}`), changes: ["members"] });
  const leave = useLeaving();
  const { mutate: changeRole, isPending: isChanging } = change;
  const columns = useMemo<readonly DataColumn<Member>[]>(
    () => [
      { id: "name", header: t`Name`, primary: true, cell: ({ name }) => <span className="font-medium">{name}</span> },
      { id: "email", header: t`Email`, cell: ({ email }) => email },
      {
        id: "role",
        header: t`Role`,
        cell: ({ id, name, role }) =>
          id !== me.id && assignable.includes(role) ? (
            <Select
              aria-label={t`Role of ${name}`}
              className="w-40"
              value={role}
              disabled={isChanging}
              onValueChange={(next) => changeRole({ id, role: next })}
              options={assignable.map((value) => ({ value, label: t(ROLE_NAMES[value]) }))}
            />
          ) : (
            t(ROLE_NAMES[role])
          ),
      },
      { id: "created_at", header: t`Since`, cell: (member) => <Time value={member.created_at} /> },
    ],
    [t, assignable, me.id, changeRole, isChanging],
  );
  const askRemoval = async ({ id, name }: Member) => {
    const confirmed = await confirm({
      title: t`Remove ${name}?`,
      description: t`The rights end at once. Keys that this person made keep working: look at the API keys.`,
      confirmLabel: t`Remove`,
      danger: true,
    });
    if (confirmed) remove.mutate(id);
  };
  const askLeave = async ({ id }: Member) => {
    const confirmed = await confirm({
      title: t`Leave this workspace?`,
      description: t`Your rights here end at once. Keys that you made keep working.`,
      confirmLabel: t`Leave`,
      danger: true,
    });
    if (confirmed) leave.mutate(id);
  };
  const error = change.error ?? remove.error ?? leave.error;
  const invitation = rights.administer && (
    <Button variant="primary" icon={<UserPlus aria-hidden />} onClick={() => setAddress({ invite: true })}>
      <Trans>Invite member</Trans>
    </Button>
  );
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Members`}
        description={t`People who work in this admin. Each sees all collections and fields of this workspace; the role says what else. Who may see only some items or fields is a user, with a role of your own and rules. Owners of the server may act here without being listed.`}
        actions={members.rows.length > 0 && invitation}
        className="pb-0"
      />
      {error && <ErrorState inline error={error} />}
      <PagedTable
        label={t`Members`}
        list={members}
        columns={columns}
        rowId={({ id }) => id}
        actions={(member) => [
          ...(mayManage(member) ? [{ label: t`Remove`, danger: true, onSelect: () => void askRemoval(member) }] : []),
          ...(member.id === me.id ? [{ label: t`Leave`, danger: true, onSelect: () => void askLeave(member) }] : []),
        ]}
        empty={
          <EmptyState icon={<UserCog />} title={t`No members yet`} actions={invitation}>
            <Trans>Invite colleagues or a customer. The role that you choose says what they may do.</Trans>
          </EmptyState>
        }
      />
      {rights.administer && <MemberInvitations />}
      {invite && rights.administer && (
        <InviteMemberDialog onClose={() => setAddress({ invite: undefined }, { replace: true })} />
      )}
    </div>
  );
}

/** Nothing of the workspace can be read from then on, so that it leads to another one. */
function useLeaving() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { rights } = useWorkspace();
  return useApiMutation({
    run: (api, id: string) => api.delete(`members/${id}`),
    changes: rights.server ? ["members"] : [],
    onDone: async () => {
      if (rights.server) return;
      await queries.invalidateQueries(workspacesQuery);
      await navigate({ to: "/" });
    },
  });
}
