import { useLingui } from "@lingui/react/macro";
import { useApiMutation } from "../api/hooks.ts";
import { confirm } from "../ui/confirm.ts";
import { toast } from "../ui/toast.ts";
import type { RuleInfo } from "./rule-line.tsx";

/** Deletes a rule, after a question that says what that changes. */
export function useRuleRemoval() {
  const { t } = useLingui();
  const removal = useApiMutation({
    run: (api, id: string) => api.delete(`permissions/${id}`),
    changes: ["permissions", "exposure"],
    onDone: () => toast.success(t`The rule is deleted`),
  });
  const ask = async ({ id, role, effect, collection }: RuleInfo) => {
    const words =
      effect === "deny"
        ? t`What it denies to the role ${role} may become open.`
        : t`Users with the role ${role} lose what only this rule allows, at once. The rule cannot be brought back, but made again.`;
    const confirmed = await confirm({
      title: collection === "*" ? t`Delete this rule for all collections?` : t`Delete this rule?`,
      description: words,
      confirmLabel: t`Delete rule`,
      danger: true,
    });
    if (confirmed) removal.mutate(id);
  };
  return { removal, ask };
}
