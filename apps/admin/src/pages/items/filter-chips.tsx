import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type Field, fieldType, type Json, type JsonObject } from "@plinth/core";
import { X } from "lucide-react";
import { type CollectionInfo, titleField, useCollection, useCollections } from "../../data/collections.ts";
import { useItemTitle } from "../../data/item-picker.tsx";
import { fieldAt } from "../../filter/fields.ts";
import { operatorFor } from "../../filter/operators.ts";
import {
  countConditions,
  type FilterCondition,
  type FilterNode,
  parseFilter,
  replaceNode,
  writeFilter,
} from "../../filter/tree.ts";
import { periodWords, variableWords } from "../../filter/variables.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { cellText } from "./cell-value.ts";

export interface FilterChipsProps {
  readonly collection: CollectionInfo;
  readonly filter: JsonObject | undefined;
  readonly onChange: (filter: JsonObject | undefined) => void;
}

/** The conditions of the filter, each of which can be taken away. */
export function FilterChips({ collection, filter, onChange }: FilterChipsProps) {
  const { t } = useLingui();
  if (!filter) return null;
  const root = parseFilter(filter);
  // Alternatives are one condition.
  const nodes = root.join === "and" ? root.children : [root];
  const without = (id: string) => (id === root.id ? undefined : writeFilter(replaceNode(root, id, null)));
  return (
    <ul aria-label={t`Conditions`} className="order-last flex min-w-0 basis-full flex-wrap gap-1">
      {nodes.map((node, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a part of a filter has nothing else of its own
        <li key={at} className="flex min-w-0 max-w-full items-center rounded-md border bg-sunken pl-2 text-xs">
          <span className="min-w-0 truncate">
            <NodeWords node={node} collection={collection} />
          </span>
          <IconButton
            size="sm"
            label={t`Remove the condition`}
            icon={<X aria-hidden />}
            onClick={() => onChange(without(node.id))}
          />
        </li>
      ))}
    </ul>
  );
}

function NodeWords({ node, collection }: { node: FilterNode; collection: CollectionInfo }) {
  const { data: collections = [] } = useCollections();
  if (node.kind === "raw") return <code>{JSON.stringify(node.filter)}</code>;
  if (node.kind === "group") return <Plural value={countConditions(node)} one="# condition" other="# conditions" />;
  const found = fieldAt(node.path, collection, collections);
  return found ? <ConditionWords node={node} label={found.label} field={found.field} /> : <code>{node.path}</code>;
}

function ConditionWords({ node, label, field }: { node: FilterCondition; label: string; field: Field }) {
  const { t, i18n } = useLingui();
  const operator = operatorFor(field, node.op, node.value);
  return (
    <>
      {label} <span className="text-muted">{t(operator.label)}</span>{" "}
      {operator.operand === "period" ? (
        <strong className="font-medium">{periodWords(String(node.value), i18n) ?? String(node.value)}</strong>
      ) : (
        operator.operand !== "none" && <ValueWords value={plain(node.value)} field={field} />
      )}
    </>
  );
}

function ValueWords({ value, field }: { value: Json | undefined; field: Field }) {
  const isItem = fieldType(field).kind === "reference" && typeof value === "string";
  const target = useCollection(field.to ?? "");
  const title = useItemTitle(field.to ?? "", target ? titleField(target) : "id", isItem ? value : null);
  const { i18n } = useLingui();
  if (typeof value === "boolean") return value ? <Trans>yes</Trans> : <Trans>no</Trans>;
  const words = (one: Json | undefined) => variableWords(one, field, i18n) ?? cellText(plain(one));
  const text = title ?? (Array.isArray(value) ? value.map(words).join(", ") : words(value));
  return <strong className="font-medium">{text}</strong>;
}

/** A text that is meant as it stands. */
function plain(value: Json | undefined): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return value.$literal ?? value;
}
