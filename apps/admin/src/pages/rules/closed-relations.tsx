import { Trans } from "@lingui/react/macro";
import { ROLE_ADMIN, ROLE_AUTHENTICATED, ROLE_PUBLIC, type Rule } from "@plinth/core";
import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { type CollectionInfo, fieldsOf } from "../../data/collections.ts";
import { cellOf, type RuleDraft, rulesFor } from "./rules.ts";

interface ClosedRelationsProps {
  readonly collection: CollectionInfo;
  readonly draft: Pick<RuleDraft, "role" | "action" | "effect" | "fields">;
}

/** Fields that a rule shows may lead to items that the role may not read. */
export function ClosedRelations({ collection, draft }: ClosedRelationsProps): ReactNode {
  const { data: rules } = useApiGet<readonly Rule[]>("permissions");
  if (!rules || draft.action !== "read" || draft.effect !== "allow") return null;
  const { role } = draft;
  return closedTargets(rules, collection, draft).map((target) => (
    <p key={target} role="status" className="flex items-start gap-2 text-sm text-warning-ink">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>
        <Trans>
          {target} is closed for {role}: only ids will be shown.
        </Trans>{" "}
        <PageLink path="rules" search={{ role, collection: target, action: "read" }} className="underline">
          <Trans>Open the rules of {target}</Trans>
        </PageLink>
      </span>
    </p>
  ));
}

/** Collections to which the shown fields lead, and of which the role may read nothing. */
export function closedTargets(
  rules: readonly Rule[],
  collection: CollectionInfo,
  { role, fields }: Pick<RuleDraft, "role" | "fields">,
): readonly string[] {
  if (role === ROLE_ADMIN) return [];
  const shown = fieldsOf(collection).filter(({ name }) => fields === null || fields.includes(name));
  const targets = new Set(shown.flatMap(({ to }) => (to === undefined || to === collection.slug ? [] : [to])));
  return [...targets].filter((target) => {
    const found = rolesOf(role).flatMap((name) => rulesFor(rules, name, target, "read"));
    return cellOf(found).state === "closed";
  });
}

/** Whoever has a role may do what every signed-in user may, and they what everybody may. */
function rolesOf(role: string): readonly string[] {
  return [...new Set(role === ROLE_PUBLIC ? [role] : [role, ROLE_AUTHENTICATED, ROLE_PUBLIC])];
}
