import { Trans, useLingui } from "@lingui/react/macro";
import type { OrganizationRole } from "@plinth/core";
import { Users } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { useApiList, useApiMutation } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { confirm } from "../../ui/confirm.ts";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Select } from "../../ui/select.tsx";
import { Time } from "../../ui/time.tsx";
import { type OrganizationMember, roleOptions } from "./organization.ts";

interface RoleChange {
  readonly user: string;
  readonly role: OrganizationRole;
}

/** Who is in an organization, with which role. */
export function OrganizationMembers({ path }: { readonly path: string }): ReactNode {
  const { i18n, t } = useLingui();
  const go = useGo();
  const members = useApiList<OrganizationMember>(`${path}/members`);
  const change = useApiMutation({
    run: (api, { user, role }: RoleChange) => api.patch(`${path}/members/${user}`, { role }),
    changes: [path, "items"],
  });
  const remove = useApiMutation({
    run: (api, user: string) => api.delete(`${path}/members/${user}`),
    changes: [path, "items"],
  });
  const { mutate: changeRole, isPending: isChanging } = change;
  const columns = useMemo<readonly DataColumn<OrganizationMember>[]>(
    () => [
      {
        id: "name",
        header: t`Name`,
        primary: true,
        cell: ({ user, name }) => (
          <PageLink path={`users/${user}`} className="font-medium hover:underline">
            {name || user}
          </PageLink>
        ),
      },
      {
        id: "role",
        header: t`Role`,
        cell: ({ user, name, role }) => (
          <Select
            aria-label={t`Role of ${name || user}`}
            className="w-40"
            value={role}
            disabled={isChanging}
            onValueChange={(next) => changeRole({ user, role: next })}
            options={roleOptions(i18n)}
          />
        ),
      },
      { id: "created_at", header: t`Since`, cell: (member) => <Time value={member.created_at} /> },
    ],
    [i18n, t, changeRole, isChanging],
  );
  const askRemoval = async ({ user, name }: OrganizationMember) => {
    const confirmed = await confirm({
      title: t`Remove ${name || user} from the organization?`,
      description: t`The user loses access to its data at once, and leaves its teams. The account stays.`,
      confirmLabel: t`Remove`,
      danger: true,
    });
    if (confirmed) remove.mutate(user);
  };
  const error = change.error ?? remove.error;
  return (
    <div className="flex flex-col gap-3">
      {error && <ErrorState inline error={error} />}
      <PagedTable
        label={t`Members`}
        list={members}
        columns={columns}
        rowId={({ user }) => user}
        actions={(member) => [
          { label: t`See the user`, onSelect: () => go(`users/${member.user}`) },
          "separator",
          { label: t`Remove`, danger: true, onSelect: () => void askRemoval(member) },
        ]}
        empty={
          <EmptyState icon={<Users />} title={t`No members`}>
            <Trans>Invite somebody: whoever accepts becomes a member.</Trans>
          </EmptyState>
        }
      />
    </div>
  );
}
