import { Trans, useLingui } from "@lingui/react/macro";
import { Plus, UserRound } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { PagedTable } from "../../app/paged-table.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { useRoleOptions } from "../../data/role-options.ts";
import { Button } from "../../ui/button.tsx";
import { Combobox } from "../../ui/combobox.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { SegmentedControl } from "../../ui/segmented-control.tsx";
import { Time } from "../../ui/time.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import { RoleBadges } from "./role-badges.tsx";
import type { User } from "./user.ts";
import { UserFrame } from "./user-frame.tsx";
import { UserState } from "./user-state.tsx";

const address = z.object({
  search: z.string().min(1).max(200).optional(),
  role: z.string().min(1).max(40).optional(),
  state: z.enum(["blocked", "anonymous"]).optional(),
});

/** Everybody who has an account in the workspace. */
export default function UserList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const roles = useRoleOptions();
  const [{ search, role, state }, setAddress] = useSearchState(address);
  const users = useApiList<User>("users", { search, role, ...(state && { [state]: true }) });
  const isFiltered = search !== undefined || role !== undefined || state !== undefined;
  const columns = useMemo<readonly DataColumn<User>[]>(
    () => [
      {
        id: "name",
        header: t`Name`,
        primary: true,
        cell: (user) => (
          <PageLink path={`users/${user.id}`} className="font-medium hover:underline">
            {user.name || user.email || t`Anonymous`}
          </PageLink>
        ),
      },
      { id: "email", header: t`Email`, cell: ({ email, phone }) => email ?? phone ?? "–" },
      { id: "roles", header: t`Roles`, cell: ({ roles }) => <RoleBadges roles={roles} /> },
      { id: "state", header: t`State`, cell: (user) => <UserState user={user} /> },
      { id: "created_at", header: t`Since`, cell: (user) => <Time value={user.created_at} /> },
    ],
    [t],
  );
  return (
    <UserFrame
      actions={
        <>
          <Button onClick={() => go("users/invitations", { new: true })}>
            <Trans>Invite</Trans>
          </Button>
          <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => go("users/new")}>
            <Trans>Create user</Trans>
          </Button>
        </>
      }
    >
      <Toolbar label={t`Users`} className="pb-3">
        <SearchInput
          label={t`Search by address or name`}
          value={search ?? ""}
          onSearch={(text) => setAddress({ search: text || undefined }, { replace: true })}
          className="w-full sm:w-72"
        />
        <SegmentedControl
          aria-label={t`State`}
          value={state ?? "all"}
          onValueChange={(next) => setAddress({ state: next === "all" ? undefined : next })}
          options={[
            { value: "all", label: t`All` },
            { value: "blocked", label: t`Blocked` },
            { value: "anonymous", label: t`Anonymous` },
          ]}
        />
        <Combobox
          aria-label={t`Role`}
          value={role ?? null}
          onValueChange={(next) => setAddress({ role: next ?? undefined })}
          source={roles}
          placeholder={t`Any role`}
          clearable
          className="w-44"
        />
      </Toolbar>
      <PagedTable
        label={t`Users`}
        list={users}
        columns={columns}
        rowId={({ id }) => id}
        onOpen={({ id }) => go(`users/${id}`)}
        empty={
          isFiltered ? (
            <EmptyState
              icon={<UserRound />}
              title={t`No users found`}
              actions={
                <Button onClick={() => setAddress({ search: undefined, role: undefined, state: undefined })}>
                  <Trans>Show all</Trans>
                </Button>
              }
            >
              <Trans>Another search, state or role may find some.</Trans>
            </EmptyState>
          ) : (
            <EmptyState icon={<UserRound />} title={t`No users yet`}>
              <Trans>People sign up on your app's pages, by the API, or because you invite them.</Trans>
            </EmptyState>
          )
        }
      />
    </UserFrame>
  );
}
