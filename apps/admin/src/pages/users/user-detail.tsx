import { Trans, useLingui } from "@lingui/react/macro";
import { useParams } from "@tanstack/react-router";
import { Eye, MoreHorizontal } from "lucide-react";
import { type ReactNode, useState } from "react";
import * as z from "zod";
import { useApiGet, useApiListUntil } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { NotFound } from "../../app/not-found.tsx";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { useViewAs } from "../../app/view-as/use-view-as.ts";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DropdownMenu } from "../../ui/dropdown-menu.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { KeyValueList } from "../../ui/key-value-list.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Time } from "../../ui/time.tsx";
import type { ActingSession } from "./acting.ts";
import { ActingDialog } from "./acting-dialog.tsx";
import { ActingNotice } from "./acting-notice.tsx";
import { OwnedItems } from "./owned-items.tsx";
import { type Profile, ProfileFields } from "./profile-fields.tsx";
import { RoleEditor } from "./role-editor.tsx";
import type { User } from "./user.ts";
import { useUserActions } from "./user-actions.ts";
import { UserEvents } from "./user-events.tsx";
import { UserOrganizations } from "./user-organizations.tsx";
import { UserState } from "./user-state.tsx";

const address = z.object({ act: z.literal(true).optional() });

/** One account: who it is, what it may do, and all that an administrator can do with it. */
export default function UserDetail(): ReactNode {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  // Another user is another page: roles that were chosen for one are never saved for the other.
  return <UserView key={id} id={id} />;
}

function UserView({ id }: { readonly id: string }): ReactNode {
  const { t } = useLingui();
  // The profile is an item of the collection of users; the account itself is found by its address.
  const profile = useProfile(id);
  const account = useAccount(id, profile.data);
  const { rights } = useWorkspace();
  const viewAs = useViewAs();
  const [{ act }, setAddress] = useSearchState(address);
  // Kept by nothing but this page: whoever leaves it has copied the token, or begins another session.
  const [acting, setActing] = useState<ActingSession>();
  const { block, entries, error } = useUserActions(account.user, () => setAddress({ act: true }));
  if (profile.error && !profile.data) return <PageFailure error={profile.error} reset={profile.refetch} />;
  if (account.error && !account.user) return <PageFailure error={account.error} reset={account.refetch} />;
  if (profile.isPending || account.isPending) return <PagePending />;
  const { user } = account;
  if (!user) return <NotFound />;
  const name = user.name || user.email || t`Anonymous`;
  return (
    <div className="flex max-w-4xl flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        breadcrumbs={
          <Breadcrumbs
            items={[
              <PageLink key="users" path="users">
                <Trans>Users</Trans>
              </PageLink>,
              name,
            ]}
          />
        }
        title={name}
        aside={<UserState user={user} />}
        actions={
          <>
            {rights.develop && (
              <Button
                icon={<Eye aria-hidden />}
                disabled={user.blocked_at !== null}
                title={user.blocked_at === null ? undefined : t`The server refuses everything to a blocked user.`}
                onClick={() => viewAs(`user:${user.id}`)}
              >
                <Trans>View as</Trans>
              </Button>
            )}
            <Button pending={block.isPending} onClick={() => block.mutate()}>
              {user.blocked_at ? <Trans>Unblock</Trans> : <Trans>Block</Trans>}
            </Button>
            <DropdownMenu
              entries={entries}
              trigger={
                <Button icon={<MoreHorizontal aria-hidden />}>
                  <Trans>More</Trans>
                </Button>
              }
            />
          </>
        }
        className="pb-0"
      />
      {acting?.user.id === user.id && (
        <ActingNotice key={acting.session} session={acting} onEnd={() => setActing(undefined)} />
      )}
      {error && <ErrorState inline error={error} />}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <Card title={t`Account`}>
            <AccountFacts user={user} />
          </Card>
          <ProfileFields profile={profile.data} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Card title={t`Roles`}>
            <RoleEditor user={user} />
          </Card>
          <OwnedItems id={user.id} />
          <UserOrganizations id={user.id} />
          <Agreements id={user.id} />
        </div>
      </div>
      <UserEvents id={user.id} />
      <ActingDialog
        user={user}
        open={act === true && rights.server}
        onStarted={setActing}
        onClose={() => setAddress({ act: undefined }, { replace: true })}
      />
    </div>
  );
}

function useProfile(id: string) {
  return useApiGet<Profile>(`items/users/${id}`);
}

function useAccount(id: string, profile: Profile | undefined) {
  const query = profile?.email ? { email: profile.email } : { search: profile?.name || undefined };
  const isUser = (one: User): boolean => one.id === id;
  const isEnough = (users: readonly User[]): boolean => users.some(isUser);
  const list = useApiListUntil<User>("users", query, isEnough, { enabled: profile !== undefined });
  return { user: list.rows.find(isUser), isPending: list.isPending, error: list.error, refetch: list.refetch };
}

function AccountFacts({ user }: { readonly user: User }): ReactNode {
  const { t } = useLingui();
  const facts = [
    { key: "email", label: t`Email`, value: user.email ?? "–" },
    { key: "phone", label: t`Phone`, value: user.phone ?? "–" },
    { key: "since", label: t`Since`, value: <Time absolute value={user.created_at} /> },
    ...(user.blocked_at
      ? [{ key: "blocked", label: t`Blocked`, value: <Time absolute value={user.blocked_at} /> }]
      : []),
    { key: "id", label: t`Id`, value: <code>{user.id}</code>, copy: <CopyButton text={user.id} label={t`Copy id`} /> },
  ];
  return <KeyValueList items={facts} />;
}

interface Agreement {
  readonly version: string;
  readonly url: string;
  readonly agreed_at: string;
}

function Agreements({ id }: { readonly id: string }): ReactNode {
  const { t } = useLingui();
  const { data = [] } = useApiGet<readonly Agreement[]>(`users/${id}/agreements`);
  if (data.length === 0) return null;
  return (
    <Card title={t`Terms agreed to`}>
      <KeyValueList
        items={data.map(({ version, agreed_at }) => ({
          key: version,
          label: version,
          value: <Time absolute value={agreed_at} />,
        }))}
      />
    </Card>
  );
}
