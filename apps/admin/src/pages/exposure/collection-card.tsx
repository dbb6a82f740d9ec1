import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiMutation } from "../../api/hooks.ts";
import { useWorkspace } from "../../api/workspace.ts";
import { PageLink } from "../../app/page-link.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { confirm } from "../../ui/confirm.ts";
import { ErrorState } from "../../ui/error-state.tsx";
import { toast } from "../../ui/toast.ts";
import { ACTIONS, type Action, type ActionExposure, type CollectionExposure, type Rule, type State } from "./model.ts";

/** To change what others can read is worse than that they read it. */
function toneOf(state: State, action: Action): "danger" | "warning" | "info" | "neutral" {
  if (state === "closed") return "neutral";
  if (state === "conditional") return "info";
  return action === "read" ? "warning" : "danger";
}

/** The four actions of a collection, and the rules behind those that are not closed. */
export function CollectionCard({ exposed }: { readonly exposed: CollectionExposure }): ReactNode {
  const { t } = useLingui();
  const { slug, actions, items } = exposed;
  const { rights } = useWorkspace();
  const open = ACTIONS.filter((action) => actions[action].rules.length > 0 && actions[action].state !== "closed");
  const labels = { read: t`Read`, create: t`Create`, update: t`Change`, delete: t`Delete` };
  const states = { open: t`Open`, conditional: t`With conditions`, closed: t`Closed` };
  const count = items ? (items.more ? `${items.count}+` : String(items.count)) : "";
  return (
    <Card
      title={
        rights.develop ? (
          <PageLink path={`collections/${slug}`} className="hover:underline">
            {slug}
          </PageLink>
        ) : (
          slug
        )
      }
      description={items ? t`${count} items can be read` : undefined}
    >
      <dl className="grid grid-cols-2 gap-3 text-sm sm:grid-cols-4">
        {ACTIONS.map((action) => (
          <div key={action} className="flex flex-col items-start gap-1">
            <dt className="text-muted">{labels[action]}</dt>
            <dd>
              <Badge tone={toneOf(actions[action].state, action)}>{states[actions[action].state]}</Badge>
            </dd>
          </div>
        ))}
      </dl>
      {open.length > 0 && (
        <div className="mt-4 flex flex-col gap-4 border-t pt-4">
          {open.map((action) => (
            <ActionRules key={action} title={labels[action]} right={actions[action]} />
          ))}
        </div>
      )}
    </Card>
  );
}

function ActionRules({ title, right }: { readonly title: string; readonly right: ActionExposure }): ReactNode {
  const { t } = useLingui();
  const fields = right.fields?.join(", ") ?? "";
  return (
    <section className="flex flex-col gap-2 text-sm">
      <h3 className="font-semibold">{title}</h3>
      <p className="text-muted">{right.fields ? t`These fields: ${fields}` : t`All fields`}</p>
      <ul className="flex flex-col gap-2">
        {right.rules.map((rule) => (
          <RuleLine key={rule.id} rule={rule} />
        ))}
      </ul>
    </section>
  );
}

/** One rule, and the way to take it back. */
function RuleLine({ rule }: { readonly rule: Rule }): ReactNode {
  const { t } = useLingui();
  const { rights } = useWorkspace();
  const remove = useApiMutation({
    run: (api) => api.delete(`permissions/${rule.id}`),
    changes: ["permissions", "exposure"],
    onDone: () => toast.success(t`The rule is deleted`),
  });
  const ask = async () => {
    const confirmed = await confirm({
      title: t`Delete this rule?`,
      description:
        rule.effect === "deny"
          ? t`What it denies to the role ${rule.role} may become open.`
          : t`Users with the role ${rule.role} lose what only this rule allows, at once. The rule cannot be brought back, but made again.`,
      confirmLabel: t`Delete rule`,
      danger: true,
    });
    if (confirmed) remove.mutate();
  };
  const isForAll = rule.condition === null;
  return (
    <li className="flex flex-wrap items-center gap-2">
      <Badge tone={rule.effect === "deny" ? "success" : "neutral"}>
        {rule.effect === "deny" ? t`Denies` : t`Allows`}
      </Badge>
      <span>{t`role ${rule.role}`}</span>
      {rule.collection === "*" && (
        <Badge tone="warning">
          <Trans>For all collections</Trans>
        </Badge>
      )}
      <code className="min-w-0 break-all">{isForAll ? t`every item` : JSON.stringify(rule.condition)}</code>
      {rights.develop && (
        <Button size="sm" pending={remove.isPending} onClick={ask}>
          <Trans>Delete rule</Trans>
        </Button>
      )}
      {remove.error && <ErrorState inline error={remove.error} />}
    </li>
  );
}
