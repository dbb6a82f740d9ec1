import { type ReactNode, useMemo } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useParties } from "../../data/parties.ts";
import type { RuleInfo } from "../../data/rule-line.tsx";

/** The page of a finding that is about no single thing. */
const PAGES: Readonly<Record<string, { readonly path: string; readonly search?: Record<string, unknown> }>> = {
  mail: { path: "mail/outbox" },
  "sign_up.mode": { path: "sign-in", search: { section: "sign_up" } },
  "email.verification": { path: "sign-in", search: { section: "email" } },
  "passwords.refuse_common": { path: "sign-in", search: { section: "passwords" } },
};

/** What a finding is about, as `subject` names it, with the way to where it is set. */
export function FindingSubject({ subject }: { readonly subject: string }): ReactNode {
  const [kind = "", id = ""] = subject.split(/:(.*)/s);
  const names = useMemo(() => [subject], [subject]);
  const party = useParties(names)(subject);
  const { data: rules = [] } = useApiGet<readonly (RuleInfo & { readonly id: string })[]>(
    "permissions",
    {},
    { enabled: kind === "rule" },
  );
  const rule = rules.find((one) => one.id === id);
  const page = rule
    ? { path: "rules", search: { role: rule.role, collection: rule.collection, action: rule.action } }
    : kind === "collection"
      ? { path: `collections/${id}` }
      : party.path === undefined
        ? PAGES[subject]
        : { path: party.path };
  const text = rule ? `${rule.role}: ${rule.action} ${rule.collection}` : kind === "rule" ? subject : party.label;
  if (page === undefined) return <code className="text-muted text-xs">{text}</code>;
  return (
    <PageLink {...page} title={subject} className="text-accent-ink text-sm underline">
      {text}
    </PageLink>
  );
}
