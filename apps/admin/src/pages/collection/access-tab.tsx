import { Trans, useLingui } from "@lingui/react/macro";
import type { Action, Rule } from "@plinth/core";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { PageFailure } from "../../app/page-failure.tsx";
import { PageLink } from "../../app/page-link.tsx";
import { type CollectionInfo, useCollections } from "../../data/collections.ts";
import { SkeletonLines } from "../../ui/skeleton.tsx";
import { CellSheet } from "../rules/cell-sheet.tsx";
import { HiddenListNotes } from "../rules/hidden-list-notes.tsx";
import { hiddenLists } from "../rules/hidden-lists.ts";
import { RuleTable } from "../rules/rule-table.tsx";
import { cellFor, rulesFor } from "../rules/rules.ts";

interface AccessTabProps {
  readonly collection: CollectionInfo;
  /** The cell that is open. */
  readonly role: string | undefined;
  readonly action: Action | undefined;
  readonly onOpen: (role: string | undefined, action: Action | undefined) => void;
}

/** What each role may do with the collection. */
export function AccessTab({ collection, role, action, onOpen }: AccessTabProps): ReactNode {
  const { t } = useLingui();
  const { slug } = collection;
  const { data: collections = [] } = useCollections();
  const { data: rules, error, refetch } = useApiGet<readonly Rule[]>("permissions");
  const { data: roles = [] } = useApiGet<readonly { readonly name: string }[]>("roles");
  if (error) return <PageFailure error={error} reset={() => void refetch()} />;
  if (!rules) return <SkeletonLines />;
  // No rule binds administrators.
  const names = new Set([
    "public",
    "authenticated",
    ...roles.map(({ name }) => name).filter((name) => name !== "admin"),
  ]);
  return (
    <div className="flex flex-col gap-3">
      <p className="text-muted text-sm">
        <Trans>
          Everything is closed until a rule opens it. “public” is everybody, “authenticated” everybody who has signed
          in. Administrators and secret keys need no rule.
        </Trans>
      </p>
      <RuleTable
        caption={t`What each role may do with ${slug}`}
        of={<Trans>Role</Trans>}
        rows={[...names].map((name) => ({
          name,
          head: (
            <PageLink path="rules" search={{ role: name }} className="hover:underline">
              {name}
            </PageLink>
          ),
          cell: (which) => cellFor(rules, name, slug, which),
        }))}
        onOpen={onOpen}
      />
      <HiddenListNotes lists={[...names].flatMap((name) => hiddenLists(rules, name, [collection], collections))} />
      {role !== undefined && action && names.has(role) && (
        <CellSheet
          key={`${role} ${action}`}
          role={role}
          collection={collection}
          action={action}
          rules={rulesFor(rules, role, slug, action)}
          onClose={() => onOpen(undefined, undefined)}
        />
      )}
    </div>
  );
}
