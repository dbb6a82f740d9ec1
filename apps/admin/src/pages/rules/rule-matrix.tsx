import { Trans, useLingui } from "@lingui/react/macro";
import { ACTIONS, type Action, type Rule } from "@plinth/core";
import { Eye, ShieldHalf } from "lucide-react";
import type { ReactNode } from "react";
import * as z from "zod";
import { useApiGet } from "../../api/hooks.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { PagePending } from "../../app/page-pending.tsx";
import { useSearchState } from "../../app/search-state.ts";
import { useViewAs } from "../../app/view-as/use-view-as.ts";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Select } from "../../ui/select.tsx";
import { useActionNames } from "./action-names.ts";
import { CellSheet } from "./cell-sheet.tsx";
import { MatrixCell } from "./matrix-cell.tsx";
import { cellOf, rulesFor } from "./rules.ts";

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
            <Select
              aria-label={t`Role`}
              value={role}
              onValueChange={(next) => setAddress({ role: next })}
              options={names.map((value) => ({ value, label: value }))}
            />
          </>
        }
        className="pb-0"
      />
      <RoleNote role={role} />
      {collections.length === 0 ? (
        <Card>
          <EmptyState icon={<ShieldHalf />} title={t`No collections yet`}>
            <Trans>Rules say who may read and write the items of a collection. Create one first.</Trans>
          </EmptyState>
        </Card>
      ) : (
        <Matrix
          role={role}
          rules={rules}
          collections={collections}
          onOpen={(slug, which) => setAddress({ collection: slug, action: which })}
        />
      )}
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

interface MatrixProps {
  readonly role: string;
  readonly rules: readonly Rule[];
  readonly collections: readonly CollectionInfo[];
  readonly onOpen: (collection: string, action: Action) => void;
}

function Matrix({ role, rules, collections, onOpen }: MatrixProps): ReactNode {
  const { t } = useLingui();
  const names = useActionNames();
  return (
    <div className="overflow-x-auto rounded-lg border bg-surface">
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{t`What the role ${role} may do`}</caption>
        <thead className="hidden bg-sunken text-muted text-xs md:table-header-group">
          <tr>
            <th scope="col" className="px-3 py-2 text-left font-medium">
              <Trans>Collection</Trans>
            </th>
            {ACTIONS.map((action) => (
              <th key={action} scope="col" className="px-2 py-2 text-left font-medium">
                {names[action]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {collections.map(({ slug }) => (
            <tr key={slug} className="flex flex-wrap border-t md:table-row">
              <th scope="row" className="w-full px-3 py-2 text-left font-medium md:w-auto">
                <PageLink path={`collections/${slug}`} className="hover:underline">
                  {slug}
                </PageLink>
              </th>
              {ACTIONS.map((action) => (
                <td key={action} className="w-1/2 p-1 align-top md:w-auto">
                  <MatrixCell
                    label={`${slug}: ${names[action]}`}
                    name={names[action]}
                    cell={cellOf(rulesFor(rules, role, slug, action))}
                    onOpen={() => onOpen(slug, action)}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
