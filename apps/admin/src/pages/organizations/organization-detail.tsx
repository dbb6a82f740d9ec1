import { Trans, useLingui } from "@lingui/react/macro";
import { useParams } from "@tanstack/react-router";
import { Trash2, UserPlus } from "lucide-react";
import type { ReactNode } from "react";
import * as z from "zod";
import { useApiGet, useApiMutation } from "../../api/hooks.ts";
import { useGo } from "../../app/links.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { Breadcrumbs } from "../../ui/breadcrumbs.tsx";
import { Button } from "../../ui/button.tsx";
import { confirm } from "../../ui/confirm.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import { toast } from "../../ui/toast.ts";
import type { OrganizationInfo } from "./organization.ts";
import { OrganizationInvitations } from "./organization-invitations.tsx";
import { OrganizationMembers } from "./organization-members.tsx";
import { OrganizationNames } from "./organization-names.tsx";
import { OrganizationTeams } from "./organization-teams.tsx";

const address = z.object({
  tab: z.enum(["members", "invitations", "teams", "names"]).optional(),
  /** The dialog of the invitations. */
  invite: z.literal(true).optional(),
});

/** One organization: who is in it, who is invited, its teams and its names. */
export default function OrganizationDetail(): ReactNode {
  const { id = "" } = useParams({ strict: false }) as { id?: string };
  // Another organization is another page: an error of the one before is not its own.
  return <OrganizationView key={id} id={id} />;
}

function OrganizationView({ id }: { readonly id: string }): ReactNode {
  const { t } = useLingui();
  const go = useGo();
  const [{ tab = "members" }, setAddress] = useSearchState(address);
  const path = `organizations/${id}`;
  const { data, error, refetch } = useApiGet<OrganizationInfo>(path);
  const remove = useApiMutation({
    run: (api, slug: string) => api.delete(path, { confirm: slug }),
    changes: ["items"],
    onDone: () => {
      toast.success(t`The organization is deleted`);
      go("organizations");
    },
  });
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!data) return <PagePending />;
  const askRemoval = async () => {
    const confirmed = await confirm({
      title: t`Delete the organization ${data.name}?`,
      description: t`Its members, teams and invitations will be gone, and the items that refer to it where their collection says so. The users keep their accounts. This cannot be undone.`,
      confirmLabel: t`Delete organization`,
      danger: true,
      typeToConfirm: data.slug,
    });
    if (confirmed) remove.mutate(data.slug);
  };
  return (
    <div className="flex max-w-4xl flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        breadcrumbs={
          <Breadcrumbs
            items={[
              <PageLink key="all" path="organizations">
                <Trans>Organizations</Trans>
              </PageLink>,
              data.name,
            ]}
          />
        }
        title={data.name}
        aside={<code className="text-muted">{data.slug}</code>}
        actions={
          <>
            <Button
              className="text-danger-ink"
              icon={<Trash2 aria-hidden />}
              pending={remove.isPending}
              onClick={askRemoval}
            >
              <Trans>Delete</Trans>
            </Button>
            <Button
              variant="primary"
              icon={<UserPlus aria-hidden />}
              onClick={() => setAddress({ tab: "invitations", invite: true })}
            >
              <Trans>Invite</Trans>
            </Button>
          </>
        }
        className="pb-0"
      />
      {remove.error && <ErrorState inline error={remove.error} />}
      <Tabs
        label={t`Parts of the organization`}
        value={tab}
        onValueChange={(next) => setAddress({ tab: next === "members" ? undefined : next })}
        items={[
          { value: "members", label: t`Members`, content: <OrganizationMembers path={path} /> },
          { value: "invitations", label: t`Invitations`, content: <OrganizationInvitations path={path} /> },
          { value: "teams", label: t`Teams`, content: <OrganizationTeams path={path} /> },
          { value: "names", label: t`Names`, content: <OrganizationNames key={data.id} organization={data} /> },
        ]}
      />
    </div>
  );
}
