import type { RuleInfo } from "../../data/rule-line.tsx";

/** A page of the workspace where something is mended. */
export interface FindingPlace {
  readonly path: string;
  readonly search?: Record<string, unknown>;
}

/** Of findings that are about no single thing. */
const BY_SUBJECT: Readonly<Record<string, FindingPlace>> = {
  mail: { path: "mail/outbox" },
  MAIL_URL: { path: "mail/outbox" },
  "sign_up.mode": { path: "sign-in", search: { section: "sign_up" } },
  "email.verification": { path: "sign-in", search: { section: "email" } },
  "passwords.refuse_common": { path: "sign-in", search: { section: "passwords" } },
};

const RUN_KINDS: ReadonlySet<string> = new Set(["function", "job", "webhook", "flow", "schedule"]);

/** Where what a check has found is mended; undefined where that is outside of the admin. */
export function placeOf(check: string, subject: string, rule: RuleInfo | undefined): FindingPlace | undefined {
  const [kind = "", id = ""] = subject.split(/:(.*)/s);
  if (kind === "rule")
    return rule && { path: "rules", search: { role: rule.role, collection: rule.collection, action: rule.action } };
  if (check === "failing-runs" && RUN_KINDS.has(kind))
    return { path: "runs", search: { kind, name: id, status: "failed" } };
  switch (kind) {
    case "key":
      return { path: `keys/${id}` };
    case "user":
      return { path: "operators" };
    case "collection":
      return { path: `collections/${id}`, search: { tab: "indexes" } };
    case "schedule":
      return { path: `schedules/${id}` };
    case "function":
      return { path: `functions/${encodeURIComponent(id)}`, search: { tab: "settings" } };
    case "flow":
      return { path: `flows/${encodeURIComponent(id)}`, search: { tab: "triggers" } };
    default:
      return BY_SUBJECT[subject];
  }
}
