import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useWorkspace } from "../../api/workspace.ts";
import { PageLink } from "../../app/page-link.tsx";
import { RuleLine } from "../../data/rule-line.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Card } from "../../ui/card.tsx";
import { ACTIONS, type Action, type ActionExposure, type CollectionExposure, type State } from "./model.ts";

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
