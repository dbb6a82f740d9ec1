import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Field } from "../../../ui/field.tsx";
import { NumberInput } from "../../../ui/number-input.tsx";
import { Select } from "../../../ui/select.tsx";
import { getIn, setIn } from "../draft/tree.ts";
import { type NodeFieldProps, problemAt } from "./node-field.ts";

/** Types that are not tried again: what they compute stays. */
const DECIDES: ReadonlySet<string> = new Set(["condition", "branch", "loop", "parallel", "wait", "approval", "event"]);

/** What happens when a node fails. */
export function RetryFields(props: NodeFieldProps): ReactNode {
  const { t } = useLingui();
  const { draft, node, path } = props;
  const attempts = Number(getIn(node, ["retry", "attempts"]) ?? 1);
  const seconds = Number(getIn(node, ["retry", "seconds"]) ?? 10);
  const put = (part: string, value: unknown) =>
    draft.change((content) => setIn(content, [...path, part], value), `${path.join(".")}.${part}`);
  const retry = (next: { readonly attempts: number; readonly seconds: number }) =>
    put("retry", next.attempts <= 1 ? undefined : next);
  return (
    <fieldset className="flex flex-col gap-4 border-t pt-3">
      <legend className="sr-only">{t`When it fails`}</legend>
      {!DECIDES.has(node.type) && (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t`Attempts at most`} error={problemAt(props, "retry")}>
            <NumberInput
              value={attempts}
              min={1}
              max={10}
              onValueChange={(next) => retry({ attempts: next ?? 1, seconds })}
            />
          </Field>
          {attempts > 1 && (
            <Field label={t`Seconds before the second one`} description={t`Then twice as long each time.`}>
              <NumberInput
                value={seconds}
                min={1}
                max={86_400}
                onValueChange={(next) => retry({ attempts, seconds: next ?? 10 })}
              />
            </Field>
          )}
        </div>
      )}
      <Field label={t`When the last attempt has failed`} error={problemAt(props, "on_error")}>
        <Select
          value={onErrorText(node.on_error)}
          onValueChange={(next) => put("on_error", onErrorOf(next))}
          options={[
            { value: "stop", label: t`The run fails` },
            { value: "continue", label: t`It goes on, with null as the result` },
            ...laterNodes(props).map((id) => ({ value: `goto:${id}`, label: t`It goes on with ${id}` })),
          ]}
          className="max-w-80"
        />
      </Field>
    </fieldset>
  );
}

/** Nodes of the same list, which alone it may lead to; and what it leads to now. */
function laterNodes({ draft: { content }, node, path }: NodeFieldProps): readonly string[] {
  const list = getIn(content, path.slice(0, -1));
  const later = Array.isArray(list)
    ? list.slice(Number(path.at(-1)) + 1).map((each) => String(getIn(each, ["id"])))
    : [];
  const now = getIn(node.on_error, ["goto"]);
  return typeof now === "string" && !later.includes(now) ? [...later, now] : later;
}

function onErrorText(value: unknown): string {
  const goto = getIn(value, ["goto"]);
  return typeof goto === "string" ? `goto:${goto}` : typeof value === "string" ? value : "stop";
}

function onErrorOf(text: string): unknown {
  if (text === "stop") return undefined;
  return text.startsWith("goto:") ? { goto: text.slice(5) } : text;
}
