import { Trans, useLingui } from "@lingui/react/macro";
import { ACTIONS, type Rule } from "@plinth/core";
import { Eye, ShieldHalf } from "lucide-react";
import type { ReactNode } from "react";
import * as z from "zod";
import { useApiGet } from "../../api/hooks.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { useViewAs } from "../../app/view-as/use-view-as.ts";
import { useCollections } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Select } from "../../ui/select.tsx";
import { CellSheet } from "./cell-sheet.tsx";
import { HiddenListNotes } from "./hidden-list-notes.tsx";
import { hiddenLists } from "./hidden-lists.ts";
import { RuleTable } from "./rule-table.tsx";
import { cellFor, rulesFor } from "./rules.ts";

const address = z.object({
  role: z.string().optional(),
  collection: z.string().optional(),
  action: z.enum(ACTIONS).optional(),
});

/** What each role may do with each collection. A cell opens its rules. */
export default function RuleMatrix(): ReactNode {
  const { t } = useLingui();
  const [{ role = "public", collection, action }, setAddress] = useSearchState(address);
  const viewAs = useViewAs();
  const { data: collections } = useCollections();
  const { data: rules, error, refetch } = useApiGet<readonly Rule[]>("permissions");
  const { data: roles = [] } = useApiGet<readonly { readonly name: string }[]>("roles");
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!rules || !collections) return <PagePending />;
  const names = [...new Set(["public", "authenticated", ...roles.map(({ name }) => name)])];
  const open = collections.find(({ slug }) => slug === collection);
  return (
    <div className="flex flex-col gap-4 p-4 lg:p-6">
      <PageHeader
        title={t`Rules`}
        description={t`Everything is closed until a rule opens it. Administrators and secret keys need no rule.`}
        actions={
          <>
            <Button asChild>
              <PageLink path="exposure" search={role === "public" ? {} : { who: principalOf(role) }}>
                <Trans>See what they may do</Trans>
              </PageLink>
            </Button>
            <Button icon={<Eye aria-hidden />} onClick={() => viewAs(principalOf(role))}>
              <Trans>View as</Trans>
            </Button>
          </>
        }
        className="pb-0"
      />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Select
          aria-label={t`Role`}
          value={role}
          onValueChange={(next) => setAddress({ role: next })}
          options={names.map((value) => ({ value, label: value }))}
          className="sm:w-60"
        />
        <RoleNote role={role} />
      </div>
      {collections.length === 0 ? (
        <Card>
          <EmptyState icon={<ShieldHalf />} title={t`No collections yet`}>
            <Trans>Rules say who may read and write the items of a collection. Create one first.</Trans>
          </EmptyState>
        </Card>
      ) : (
        <RuleTable
          caption={t`What the role ${role} may do`}
          of={<Trans>Collection</Trans>}
          rows={collections.map(({ slug }) => ({
            name: slug,
            head: (
              <PageLink path={`collections/${slug}`} className="hover:underline">
                {slug}
              </PageLink>
            ),
            cell: (which) => cellFor(rules, role, slug, which),
          }))}
          onOpen={(slug, which) => setAddress({ collection: slug, action: which })}
        />
      )}
      <HiddenListNotes lists={hiddenLists(rules, role, collections, collections)} />
      {open && action && (
        <CellSheet
          key={`${role} ${open.slug} ${action}`}
          role={role}
          collection={open}
          action={action}
          rules={rulesFor(rules, role, open.slug, action)}
          onClose={() => setAddress({ collection: undefined, action: undefined })}
        />
      )}
    </div>
  );
}

/** Somebody with no other role. */
function principalOf(role: string): string {
  if (role === "public") return "anonymous";
  return role === "authenticated" ? role : `role:${role}`;
}

function RoleNote({ role }: { readonly role: string }): ReactNode {
  const text: Readonly<Record<string, ReactNode>> = {
    public: <Trans>Everybody, also without an account, and every publishable key.</Trans>,
    authenticated: <Trans>Everybody who has signed in. They may do what “public” may, too.</Trans>,
    admin: <Trans>No rule binds this role: it may do everything in the workspace.</Trans>,
  };
  return (
    <p className="text-muted text-sm">
      {text[role] ?? <Trans>Users to whom you give this role. They may do what “authenticated” may, too.</Trans>}
    </p>
  );
}
