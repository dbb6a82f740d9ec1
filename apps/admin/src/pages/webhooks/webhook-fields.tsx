import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useMemo } from "react";
import { Controller, type UseFormReturn } from "react-hook-form";
import { problemOf } from "../../app/forms/refusal.ts";
import { useCollections } from "../../data/collections.ts";
import { optionsOf, valuesOf } from "../../data/role-options.ts";
import { EventsField } from "../../triggers/events-field.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { CodeEditor } from "../../ui/code-editor.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { MultiCombobox } from "../../ui/multi-combobox.tsx";
import { RadioGroup } from "../../ui/radio-group.tsx";
import { Textarea } from "../../ui/textarea.tsx";
import { TemplateFields } from "./template-fields.tsx";
import type { WebhookForm } from "./webhook-form.ts";

interface WebhookFieldsProps {
  readonly form: UseFormReturn<WebhookForm>;
  /** Of headers that are stored; none for a new webhook. */
  readonly headerNames?: readonly string[];
}

/** What a webhook hears, and what it is sent. */
export function WebhookFields({ form, headerNames = [] }: WebhookFieldsProps): ReactNode {
  const { t } = useLingui();
  return (
    <>
      <Field label={t`Name`} required error={problemOf(form, "name", t`Write a name of 1 to 100 characters.`)}>
        <Input {...form.register("name")} autoFocus />
      </Field>
      <Field
        label={t`Address`}
        required
        description={t`An https address of the program that receives the changes.`}
        error={problemOf(form, "url", t`Write an https address.`)}
      >
        <Input {...form.register("url")} type="url" spellCheck={false} placeholder="https://" />
      </Field>
      <EventsField form={form} />
      <FilterFields form={form} />
      <PayloadFields form={form} />
      <TemplateFields form={form} />
      <HeaderFields form={form} headerNames={headerNames} />
      <Flag
        form={form}
        name="ordered"
        label={t`In order`}
        description={t`A change waits until those before it of the same item have arrived.`}
      />
    </>
  );
}

interface FlagProps extends WebhookFieldsProps {
  readonly name: "ordered" | "before" | "remove_headers";
  readonly label: string;
  readonly description?: string;
}

function Flag({ form, name, label, description }: FlagProps): ReactNode {
  return (
    <Controller
      control={form.control}
      name={name}
      render={({ field }) => (
        <Field inline label={label} description={description} error={problemOf(form, name, "")}>
          <Checkbox checked={field.value} onCheckedChange={(next) => field.onChange(next === true)} />
        </Field>
      )}
    />
  );
}

function FilterFields({ form }: WebhookFieldsProps): ReactNode {
  const { t } = useLingui();
  const notJson = t`This is not a JSON object.`;
  const fields = [
    {
      name: "filter",
      label: t`Only items like this after the change`,
      hint: t`A filter as the API takes it, such as {"state": "paid"}. Empty: all. Of a deleted item, as it was.`,
    },
    {
      name: "filter_before",
      label: t`Only items like this before it`,
      hint: t`With both, only a change from one to the other is sent, such as from "new" to "paid".`,
    },
  ] as const;
  return fields.map(({ name, label, hint }) => (
    <Controller
      key={name}
      control={form.control}
      name={name}
      render={({ field }) => (
        <Field label={label} description={hint} error={problemOf(form, name, notJson)}>
          <CodeEditor language="json" value={field.value} onValueChange={field.onChange} className="min-h-16" />
        </Field>
      )}
    />
  ));
}

/** Fields of the collections that its events name; of all for events of any collection. */
function useFieldNames(events: string): readonly string[] {
  const { data: collections = [] } = useCollections();
  return useMemo(() => {
    const slugs = new Set(events.split(/[\s,]+/).flatMap((event) => event.split(".")[0] || []));
    const heard = collections.filter(({ slug }) => slugs.has("*") || slugs.has(slug));
    return [...new Set(heard.flatMap(({ fields }) => fields.map(({ name }) => name)))].sort();
  }, [collections, events]);
}

function PayloadFields({ form }: WebhookFieldsProps): ReactNode {
  const { t } = useLingui();
  const [events, allFields] = form.watch(["events", "all_fields"]);
  const names = useFieldNames(events);
  return (
    <>
      <Controller
        control={form.control}
        name="all_fields"
        render={({ field }) => (
          <Field label={t`What is sent of an item`}>
            <RadioGroup
              value={field.value ? "all" : "some"}
              onValueChange={(next) => field.onChange(next === "all")}
              options={[
                { value: "all", label: t`All fields` },
                { value: "some", label: t`Some fields` },
              ]}
            />
          </Field>
        )}
      />
      {!allFields && (
        <Controller
          control={form.control}
          name="fields"
          render={({ field }) => (
            <Field
              label={t`Fields`}
              description={t`Without one, the id alone is sent. Events first: they say whose fields there are.`}
              error={problemOf(form, "fields", "")}
            >
              <MultiCombobox
                addLabel={t`Add field`}
                value={optionsOf(field.value)}
                onValueChange={(chosen) => field.onChange(valuesOf(chosen))}
                source={optionsOf(names)}
              />
            </Field>
          )}
        />
      )}
      <Flag form={form} name="before" label={t`The item as it was before is sent, too`} />
    </>
  );
}

function HeaderFields({ form, headerNames = [] }: WebhookFieldsProps): ReactNode {
  const { t } = useLingui();
  const isStored = headerNames.length > 0;
  return (
    <>
      <Field
        label={t`Headers`}
        description={
          <>
            <Trans>
              Headers of each request, one in a line, such as x-token: secret. Their values are not shown again.
            </Trans>{" "}
            {isStored && (
              <Trans>
                Stored now: <code>{headerNames.join(", ")}</code>. They stay while nothing is written here; else what is
                written takes the place of all of them.
              </Trans>
            )}
          </>
        }
        error={problemOf(form, "headers", t`Write a name, a colon and a value in each line.`)}
      >
        <Textarea {...form.register("headers")} rows={2} spellCheck={false} className="font-mono" />
      </Field>
      {isStored && <Flag form={form} name="remove_headers" label={t`Remove the stored headers`} />}
    </>
  );
}
