import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useApiGet } from "../../../api/hooks.ts";
import { useCollections } from "../../../data/collections.ts";
import { optionsOf } from "../../../data/role-options.ts";
import { Checkbox } from "../../../ui/checkbox.tsx";
import { Combobox } from "../../../ui/combobox.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";
import { NumberInput } from "../../../ui/number-input.tsx";
import { Select } from "../../../ui/select.tsx";
import { Textarea } from "../../../ui/textarea.tsx";
import type { PartSpec } from "../draft/node-specs.ts";
import { setIn } from "../draft/tree.ts";
import { JsonField } from "./json-field.tsx";
import { type NodeFieldProps, problemAt } from "./node-field.ts";

interface PartFieldProps extends NodeFieldProps {
  readonly part: PartSpec;
}

/** One part of a node. */
export function PartField(props: PartFieldProps): ReactNode {
  const { i18n } = useLingui();
  const { draft, node, path, part } = props;
  const { name, as, hint, required = false } = part;
  const at = [...path, name];
  const put = (value: unknown) => draft.change((content) => setIn(content, at, value), at.join("."));
  const frame = {
    label: i18n._(part.label),
    description: hint && i18n._(hint),
    required,
    error: problemAt(props, name),
  };
  if (as === "flag")
    return (
      <Field {...frame} inline>
        <Checkbox checked={node[name] === true} onCheckedChange={(next) => put(next === true || undefined)} />
      </Field>
    );
  if (as === "json")
    return <JsonField key={at.join(".")} draft={draft} at={at} {...frame} value={node[name]} onValue={put} />;
  return (
    <Field
      {...frame}
      description={as === "expression" ? <ExpressionHint>{frame.description}</ExpressionHint> : frame.description}
    >
      <PartControl part={part} value={node[name]} onValue={put} />
    </Field>
  );
}

function ExpressionHint({ children }: { readonly children: ReactNode }): ReactNode {
  const { t } = useLingui();
  return children ?? t`An expression in CEL, such as input.total > 100.`;
}

interface PartControlProps {
  readonly part: PartSpec;
  readonly value: unknown;
  readonly onValue: (value: unknown) => void;
}

function PartControl({ part, value, onValue }: PartControlProps): ReactNode {
  const text = textOf(value);
  switch (part.as) {
    case "choice":
      return (
        <Select
          value={text || null}
          onValueChange={onValue}
          options={optionsOf(part.choices ?? [])}
          className="max-w-60"
        />
      );
    case "collection":
      return <CollectionChoice value={text} onValue={onValue} />;
    case "function":
      return <FunctionChoice value={text} onValue={onValue} />;
    case "number":
      return (
        <NumberInput
          value={typeof value === "number" ? value : null}
          onValueChange={(next) => onValue(next ?? undefined)}
          className="max-w-40"
        />
      );
    case "long":
      return (
        <Textarea value={text} onChange={({ target }) => onValue(target.value || (part.required ? "" : undefined))} />
      );
    case "texts":
      return <Texts value={value} onValue={onValue} />;
    case "expression":
      return (
        <Textarea
          rows={1}
          value={text}
          onChange={({ target }) => onValue(target.value || (part.required ? "" : undefined))}
          spellCheck={false}
          className="min-h-8 font-mono"
        />
      );
    default:
      return (
        <Input
          value={text}
          onChange={({ target }) => onValue(partValueOf(target.value, part))}
          spellCheck={false}
          className="font-mono"
        />
      );
  }
}

const textOf = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);

/** A number stays one where it can be a text, too. */
function partValueOf(text: string, { numeric, required }: PartSpec): unknown {
  if (text === "") return required ? "" : undefined;
  return numeric && /^\d+$/.test(text) ? Number(text) : text;
}

type ChoiceProps = { readonly value: string; readonly onValue: (value: unknown) => void };

/** A collection that is there, or a name by an expression. */
function CollectionChoice({ value, onValue }: ChoiceProps): ReactNode {
  const { data: collections = [] } = useCollections();
  return <NameChoice value={value} onValue={onValue} names={collections.map(({ slug }) => slug)} />;
}

function FunctionChoice({ value, onValue }: ChoiceProps): ReactNode {
  const { data: functions = [] } = useApiGet<readonly { readonly name: string }[]>("deployments");
  return <NameChoice value={value} onValue={onValue} names={functions.map(({ name }) => name)} />;
}

function NameChoice({ value, onValue, names }: ChoiceProps & { readonly names: readonly string[] }): ReactNode {
  const known = value === "" || names.includes(value) ? names : [value, ...names];
  return (
    <Combobox
      value={value || null}
      onValueChange={(next) => onValue(next ?? "")}
      source={optionsOf(known)}
      className="max-w-80"
    />
  );
}

/** One text, or several as a list, one in a line. */
function Texts({ value, onValue }: { readonly value: unknown; readonly onValue: (value: unknown) => void }): ReactNode {
  const text = Array.isArray(value) ? value.join("\n") : textOf(value);
  const put = (next: string) => {
    const lines = next.split("\n");
    onValue(lines.length > 1 ? lines : next);
  };
  return (
    <Textarea
      rows={1}
      value={text}
      onChange={({ target }) => put(target.value)}
      spellCheck={false}
      className="min-h-8"
    />
  );
}
