import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Check, Circle, CircleX } from "lucide-react";
import { type ReactNode, useState } from "react";
import { apiKey } from "../../../api/hooks.ts";
import { useWorkspace } from "../../../api/workspace.ts";
import { useCollections } from "../../../data/collections.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { RadioGroup } from "../../../ui/radio-group.tsx";
import { Spinner } from "../../../ui/spinner.tsx";
import { TEMPLATES, type TemplateName, type TemplateStep, templateSteps } from "./template.ts";

interface TemplateStartProps {
  readonly onDone: (slug: string) => void;
}

/** Collections with relations, rules and a few items, made by the same requests that anybody could send. */
export default function TemplateStart({ onDone }: TemplateStartProps): ReactNode {
  const { t } = useLingui();
  const { slug: workspace, api } = useWorkspace();
  const queries = useQueryClient();
  const { data: collections = [] } = useCollections();
  const [name, setName] = useState<TemplateName>("blog");
  const [steps, setSteps] = useState<readonly TemplateStep[]>([]);
  const [done, setDone] = useState(0);
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<unknown>();

  const run = async (all: readonly TemplateStep[], from: number) => {
    setRunning(true);
    setError(undefined);
    try {
      for (const [index, { method, path, body }] of all.entries()) {
        if (index < from) continue;
        await (method === "POST" ? api.post(path, body) : api.patch(path, body));
        setDone(index + 1);
      }
      onDone(mainOf(all));
    } catch (refusal) {
      setError(refusal);
    } finally {
      setRunning(false);
      await Promise.all(
        ["collections", "permissions"].map((path) => queries.invalidateQueries({ queryKey: apiKey(workspace, path) })),
      );
    }
  };
  const begin = async () => {
    setError(undefined);
    const all = templateSteps(await TEMPLATES[name]());
    const names = new Set(collections.map(({ slug }) => slug));
    const taken = all.filter(({ kind, collection }) => kind === "collection" && names.has(collection!));
    if (taken.length > 0) {
      const list = taken.map(({ collection }) => collection).join(", ");
      setError(
        new Error(
          t`There are collections with these names already: ${list}. Delete them first, or choose another template.`,
        ),
      );
      return;
    }
    setSteps(all);
    setDone(0);
    await run(all, 0);
  };
  const options = [
    {
      value: "blog",
      label: t`Blog`,
      description: t`Posts with authors, tags and comments. Everybody reads what is published.`,
    },
    { value: "tasks", label: t`Tasks`, description: t`Projects and tasks. Signed-in users see their own tasks.` },
    {
      value: "shop",
      label: t`Shop`,
      description: t`Products, categories, customers and orders. Everybody sees the visible products.`,
    },
    {
      value: "crm",
      label: t`Contacts and deals`,
      description: t`Companies, contacts, deals and activities, for everybody who is signed in.`,
    },
  ] satisfies { value: TemplateName; label: string; description: string }[];
  return (
    <div className="flex max-w-2xl flex-col gap-4">
      <RadioGroup
        boxed
        aria-label={t`Template`}
        value={name}
        onValueChange={setName}
        disabled={isRunning || done > 0}
        options={options}
      />
      {steps.length > 0 && (
        <Card title={t`Making it`}>
          <ol className="flex flex-col gap-1 text-sm">
            {steps.map((step, index) => (
              <li key={`${step.kind} ${step.path}`} className="flex items-center gap-2">
                <Mark
                  isDone={index < done}
                  isNext={index === done}
                  isRunning={isRunning}
                  hasFailed={error !== undefined}
                />
                <StepWords step={step} />
              </li>
            ))}
          </ol>
        </Card>
      )}
      {error !== undefined && (
        <ErrorState inline error={error} {...(done > 0 && { onRetry: () => void run(steps, done) })} />
      )}
      {done === 0 && (
        <div>
          <Button variant="primary" size="lg" pending={isRunning} onClick={() => void begin()}>
            <Trans>Use this template</Trans>
          </Button>
        </div>
      )}
    </div>
  );
}

/** The collection that everybody may read, or the last one. */
function mainOf(steps: readonly TemplateStep[]): string {
  const rules = steps.find(({ kind }) => kind === "rules")?.body as
    | readonly { collection: string; action: unknown; condition?: unknown }[]
    | undefined;
  const made = steps.filter(({ kind }) => kind === "collection").map(({ collection }) => collection!);
  return (
    rules?.find(({ action, condition }) => action === "read" && condition !== undefined)?.collection ?? made.at(-1)!
  );
}

interface MarkProps {
  readonly isDone: boolean;
  readonly isNext: boolean;
  readonly isRunning: boolean;
  readonly hasFailed: boolean;
}

function Mark({ isDone, isNext, isRunning, hasFailed }: MarkProps): ReactNode {
  const { t } = useLingui();
  if (isDone) return <Check aria-label={t`Done`} className="size-4 text-success-ink" />;
  if (isNext && isRunning) return <Spinner />;
  if (isNext && hasFailed) return <CircleX aria-label={t`Refused`} className="size-4 text-danger-ink" />;
  return <Circle aria-hidden className="size-4 text-subtle" />;
}

function StepWords({ step: { kind, collection, count } }: { readonly step: TemplateStep }): ReactNode {
  if (kind === "collection") return <Trans>Collection {collection}</Trans>;
  if (kind === "lists") return <Trans>Lists of {collection}</Trans>;
  if (kind === "rules") return plural(count, { one: "# rule", other: "# rules" });
  return (
    <Trans>
      {collection}: {plural(count, { one: "# item", other: "# items" })}
    </Trans>
  );
}
