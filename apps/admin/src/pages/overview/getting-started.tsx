import { Trans, useLingui } from "@lingui/react/macro";
import { Circle, CircleCheck } from "lucide-react";
import type { ReactNode } from "react";
import { useApiGet, useApiList } from "../../api/hooks.ts";
import { PageLink } from "../../app/page-link.tsx";
import { useCollections } from "../../data/collections.ts";
import { Card } from "../../ui/card.tsx";
import { STEPS, type Step, stepsDone } from "./steps.ts";

/** Somebody may do a step in another tab or by a program. */
const EVERY = 10_000;

/** The way to a program that reads the data. It is gone once the last step is done. */
export function GettingStarted(): ReactNode {
  const { t } = useLingui();
  const { data: collections } = useCollections();
  const rules = useApiGet<readonly { role: string }[]>("permissions", {}, { every: EVERY });
  const keys = useApiList<{ last_used_at: string | null }>("keys", {}, { every: EVERY });
  if (!collections || !rules.data || keys.isPending) return null;
  const done = stepsDone({ collections, rules: rules.data, keys: keys.rows });
  if (done.size === STEPS.length) return null;
  const texts: Readonly<Record<Step, { title: string; text: string; path: string }>> = {
    collection: {
      title: t`Make a collection`,
      text: t`It holds items of one kind, such as orders.`,
      path: "start",
    },
    rule: {
      title: t`Let somebody read it`,
      text: t`Without a rule, only operators and secret keys see items.`,
      path: "collections",
    },
    key: { title: t`Create a key`, text: t`Programs send it with their requests.`, path: "keys" },
    request: {
      title: t`Send a first request`,
      text: t`It is ticked off once a key was used.`,
      path: "start",
    },
  };
  const next = STEPS.find((step) => !done.has(step));
  return (
    <Card title={t`Getting started`} description={t`${done.size} of ${STEPS.length} steps are done.`}>
      <ol className="flex flex-col">
        {STEPS.map((step) => {
          const { title, text, path } = texts[step];
          return (
            <li key={step} className="flex gap-3 border-b py-2 first:pt-0 last:border-b-0 last:pb-0">
              <Mark done={done.has(step)} />
              <div className="min-w-0">
                {done.has(step) ? (
                  <span className="text-muted">{title}</span>
                ) : (
                  <PageLink
                    path={path}
                    className={step === next ? "font-medium text-accent-ink underline" : "text-accent-ink underline"}
                  >
                    {title}
                  </PageLink>
                )}
                {!done.has(step) && <p className="text-muted text-sm">{text}</p>}
              </div>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}

function Mark({ done }: { readonly done: boolean }): ReactNode {
  const Icon = done ? CircleCheck : Circle;
  return (
    <span className="mt-0.5">
      <Icon aria-hidden className={done ? "size-5 text-success-ink" : "size-5 text-subtle"} />
      <span className="sr-only">{done ? <Trans>Done:</Trans> : <Trans>To do:</Trans>}</span>
    </span>
  );
}
