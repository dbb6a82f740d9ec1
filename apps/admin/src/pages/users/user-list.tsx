import { Trans, useLingui } from "@lingui/react/macro";
import { Plus, UserRound } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import * as z from "zod";
import { useApiList } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { DataTable } from "../../ui/data-table.tsx";
import type { DataColumn } from "../../ui/data-table-model.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { LoadMore } from "../../ui/pagination.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { Time } from "../../ui/time.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import type { User } from "./user.ts";
import { UserFrame } from "./user-frame.tsx";

const address = z.object({ search: z.string().min(1).max(200).optional() });

/** Everybody who has an account in the workspace. */
export default function UserList(): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [{ search }, setAddress] = useSearchState(address);
  const users = useApiList<User>("users", { search });
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
      { id: "roles", header: t`Roles`, cell: ({ roles }) => roles.map((role) => <Badge key={role}>{role}</Badge>) },
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
      </Toolbar>
      <DataTable
        label={t`Users`}
        rows={users.isPending ? undefined : users.rows}
        columns={columns}
        rowId={({ id }) => id}
        error={users.error}
        onRetry={users.refetch}
        onOpen={({ id }) => go(`users/${id}`)}
        empty={
          search ? (
            <EmptyState icon={<UserRound />} title={t`Nobody is called so`}>
              <Trans>The address or the name contains what you search.</Trans>
            </EmptyState>
          ) : (
            <EmptyState icon={<UserRound />} title={t`No users yet`}>
              <Trans>People sign up on your app's pages, by the API, or because you invite them.</Trans>
            </EmptyState>
          )
        }
        footer={
          <LoadMore
            shown={users.rows.length}
            hasMore={users.hasMore}
            pending={users.isLoadingMore}
            onLoadMore={users.loadMore}
          />
        }
      />
    </UserFrame>
  );
}

/** What keeps an account from being an ordinary one. */
export function UserState({ user }: { readonly user: User }): ReactNode {
  if (user.blocked_at)
    return (
      <Badge tone="danger">
        <Trans>Blocked</Trans>
      </Badge>
    );
  if (user.is_anonymous)
    return (
      <Badge>
        <Trans>Anonymous</Trans>
      </Badge>
    );
  if (user.email && !user.email_verified)
    return (
      <Badge tone="warning">
        <Trans>Address not confirmed</Trans>
      </Badge>
    );
  return (
    <span className="text-muted">
      <Trans>Active</Trans>
    </span>
  );
}
