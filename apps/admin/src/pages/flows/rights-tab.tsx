import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import { useApiGet } from "../../api/hooks.ts";
import { useCollections } from "../../data/collections.ts";
import { optionsOf, useRoleOptions, valuesOf } from "../../data/role-options.ts";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { MultiCombobox } from "../../ui/multi-combobox.tsx";
import { Select } from "../../ui/select.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import type { FlowDraftContent } from "./draft/content.ts";
import type { FlowDraft } from "./draft/use-flow-draft.ts";
import { JsonField } from "./form/json-field.tsx";

interface RightsTabProps {
  readonly draft: FlowDraft;
}

const ITEM_ACTIONS = ["read", "create", "update", "delete"] as const;
const OWN: ReadonlySet<string> = new Set(["as", "actions", "collections", "fetch", "functions", "mail"]);
/** A list of models is written as JSON, among the other rights. */
const isOwn = ([right, value]: readonly [string, unknown]): boolean =>
  OWN.has(right) || (right === "ai" && typeof value === "boolean");
/** Acts as nobody. */
const NOBODY = "nobody";

/** What a flow may do. Nothing, unless it is said here. */
export function RightsTab({ draft }: RightsTabProps): ReactNode {
  const { t } = useLingui();
  const roles = useRoleOptions();
  const { data: collections = [] } = useCollections();
  const { data: functions = [] } = useApiGet<readonly { readonly name: string }[]>("deployments");
  const { permissions, description } = draft.content;
  const put = (change: Partial<FlowDraftContent["permissions"]>, part?: string) =>
    draft.change((content) => ({ ...content, permissions: { ...content.permissions, ...change } }), part);
  const problem = (part: string) => {
    const field = draft.problem?.field ?? "";
    return field === part || field.startsWith(`${part}.`) ? draft.problem!.message : undefined;
  };
  const actors = useMemo(
    () => [
      { value: NOBODY, label: t`Nobody: it reaches no items` },
      ...roles.map(({ value }) => ({ value: `role:${value}`, label: t`The role ${value}` })),
      { value: "system", label: t`The system: no rule binds it` },
    ],
    [roles, t],
  );
  const { as, actions = [], collections: reached = [], fetch = [], functions: run = [], mail = false } = permissions;
  const others = Object.fromEntries(Object.entries(permissions).filter((each) => !isOwn(each)));
  const names = (all: readonly { readonly name: string }[]) => optionsOf(all.map(({ name }) => name));
  return (
    <div className="flex max-w-4xl flex-col gap-5">
      <Field label={t`Description`} error={problem("description")}>
        <Textarea
          value={description}
          onChange={({ target: { value } }) =>
            draft.change((content) => ({ ...content, description: value }), "description")
          }
        />
      </Field>
      <Field
        label={t`Acts as`}
        description={t`By whose rules it reads and writes items. Nobody calls a flow, so it has no caller.`}
        error={problem("permissions.as")}
      >
        <Select
          value={as ?? NOBODY}
          onValueChange={(next) => put({ as: next === NOBODY ? null : next })}
          options={actors}
          className="max-w-80"
        />
      </Field>
      <Field
        label={t`Actions`}
        description={t`What it may do with items. Without one, nothing.`}
        error={problem("permissions.actions")}
      >
        <MultiCombobox
          addLabel={t`Add action`}
          value={optionsOf(actions)}
          onValueChange={(chosen) => put({ actions: valuesOf(chosen) as typeof actions })}
          source={optionsOf(ITEM_ACTIONS)}
        />
      </Field>
      <Field
        label={t`Collections`}
        description={t`Whose items it reaches. Without one, none.`}
        error={problem("permissions.collections")}
      >
        <MultiCombobox
          addLabel={t`Add collection`}
          value={optionsOf(reached)}
          onValueChange={(chosen) => put({ collections: valuesOf(chosen) })}
          source={optionsOf(collections.map(({ slug }) => slug))}
        />
      </Field>
      <Field
        label={t`Other servers`}
        description={t`Hosts that it may ask, one in a line, such as api.example.com. Without one, none.`}
        error={problem("permissions.fetch")}
      >
        <HostsText value={fetch} onValue={(hosts) => put({ fetch: hosts }, "permissions.fetch")} />
      </Field>
      <Field
        label={t`Functions`}
        description={t`Those that it may run. They act by their own rights.`}
        error={problem("permissions.functions")}
      >
        <MultiCombobox
          addLabel={t`Add function`}
          value={optionsOf(run)}
          onValueChange={(chosen) => put({ functions: valuesOf(chosen) })}
          source={names(functions)}
        />
      </Field>
      <Field inline label={t`It may send mails`} error={problem("permissions.mail")}>
        <Checkbox checked={mail} onCheckedChange={(next) => put({ mail: next === true })} />
      </Field>
      {others.ai === undefined && (
        <Field inline label={t`It may ask the AI models of the workspace`} error={problem("permissions.ai")}>
          <Checkbox checked={permissions.ai === true} onCheckedChange={(next) => put({ ai: next === true })} />
        </Field>
      )}
      {Object.keys(others).length > 0 && (
        <JsonField
          draft={draft}
          at={["permissions", "*"]}
          label={t`All other rights`}
          isObject
          value={others}
          onValue={(next) =>
            draft.change((content) => {
              const own = Object.entries(content.permissions).filter(isOwn);
              return { ...content, permissions: { ...Object.fromEntries(own), ...(next as object) } };
            }, "permissions.*")
          }
        />
      )}
    </div>
  );
}

interface HostsTextProps {
  readonly value: readonly string[];
  readonly onValue: (hosts: string[]) => void;
}

/** Lines stay as they are typed; empty ones are no hosts. */
function HostsText({ value, onValue }: HostsTextProps): ReactNode {
  const text = value.join("\n");
  return (
    <Textarea
      rows={2}
      key={text}
      defaultValue={text}
      onBlur={({ target }) => {
        const hosts = target.value.split(/[\s,]+/).filter(Boolean);
        if (hosts.join("\n") !== text) onValue(hosts);
      }}
      spellCheck={false}
      className="font-mono"
    />
  );
}
