import { useLingui } from "@lingui/react/macro";
import { isObject, type Json, type JsonObject } from "@plinth/core";
import { Braces, ListFilter } from "lucide-react";
import { useCallback, useRef, useState } from "react";
import { type CollectionInfo, useCollections } from "../data/collections.ts";
import { cn } from "../ui/cn.ts";
import { CodeEditor } from "../ui/code-editor.tsx";
import type { CodeProblem } from "../ui/code-problems.ts";
import { SegmentedControl } from "../ui/segmented-control.tsx";
import { firstCondition, GroupEditor } from "./group-editor.tsx";
import { type FilterGroup, isFilledIn, newGroup, parseFilter, writeFilter } from "./tree.ts";

export interface FilterBuilderProps {
  /** The collection whose items are filtered. */
  collection: CollectionInfo;
  /** A filter of the API. Changes from outside replace what is shown. */
  value: JsonObject | undefined;
  /** Called with each change that makes a whole filter; `undefined`: no condition is filled in. */
  onChange: (filter: JsonObject | undefined) => void;
  /** Whether the filter holds all that is shown: conditions that are not filled in are left out. Called with each change. */
  onWhole?: (isWhole: boolean) => void;
  /** The caller can stand for a value, as in rules: `$user.id`. */
  variables?: boolean;
  /** Without a filter, one condition is there to be filled in. */
  begins?: boolean;
  className?: string;
}

const NO_COLLECTIONS: readonly CollectionInfo[] = [];

/** A filter as rows of field, operator and value, in groups; or as the JSON that it makes. Both can be edited. */
export function FilterBuilder(props: FilterBuilderProps) {
  const { collection, value, onChange, onWhole, variables = false, begins = false, className } = props;
  const { t } = useLingui();
  const { data: collections = NO_COLLECTIONS } = useCollections();
  const [view, setView] = useState<"form" | "json">("form");
  const context = { collection, collections, inRules: variables };
  const [tree, setTree] = useState(() =>
    begins && value === undefined ? newGroup("and", [firstCondition(context)]) : parseFilter(value),
  );
  const write = useWritten(value, onChange, setTree);
  return (
    <div className={cn("@container flex min-w-0 flex-col gap-3", className)}>
      <SegmentedControl
        aria-label={t`How the filter is edited`}
        value={view}
        onValueChange={(next) => {
          setView(next);
          onWhole?.(next === "json" || isFilledIn(tree));
        }}
        options={[
          { value: "form", label: t`Form`, icon: <ListFilter aria-hidden /> },
          { value: "json", label: t`JSON`, icon: <Braces aria-hidden /> },
        ]}
      />
      {view === "form" ? (
        <GroupEditor
          group={tree}
          context={context}
          onChange={(next) => {
            setTree(next);
            onWhole?.(isFilledIn(next));
            write(writeFilter(next));
          }}
        />
      ) : (
        <FilterJson
          filter={writeFilter(tree)}
          onChange={(filter) => {
            setTree(parseFilter(filter));
            write(filter);
          }}
          onWhole={(isWhole) => onWhole?.(isWhole)}
        />
      )}
    </div>
  );
}

/**
 * Writes the filter, and tells what was written here from what comes from outside. The caller may bring a filter back
 * later, as the address does: until then it shows an older one, and what is not filled in yet must stay.
 */
function useWritten(
  value: JsonObject | undefined,
  onChange: FilterBuilderProps["onChange"],
  onOutside: (tree: FilterGroup) => void,
): FilterBuilderProps["onChange"] {
  const shown = useRef(JSON.stringify(value));
  const written = useRef<readonly (string | undefined)[]>([]);
  const text = JSON.stringify(value);
  if (shown.current !== text) {
    shown.current = text;
    const at = written.current.indexOf(text);
    // What comes back answers all that was written before it too.
    written.current = at < 0 ? [] : written.current.slice(at + 1);
    if (at < 0) onOutside(parseFilter(value));
  }
  return (filter) => {
    const next = JSON.stringify(filter);
    const last = written.current.length > 0 ? written.current.at(-1) : shown.current;
    if (last === next) return;
    written.current = [...written.current, next];
    onChange(filter);
  };
}

/** Keeps the text as it is typed; what is no filter yet changes nothing. */
function FilterJson({
  filter,
  onChange,
  onWhole,
}: {
  filter: JsonObject | undefined;
  onChange: (filter: JsonObject | undefined) => void;
  onWhole: (isWhole: boolean) => void;
}) {
  const { t } = useLingui();
  const [text, setText] = useState(() => (filter ? JSON.stringify(filter, null, 2) : "{}"));
  const validate = useCallback(
    (value: unknown): readonly CodeProblem[] =>
      isObject(value as Json) ? [] : [{ path: [], message: t`A filter is an object: { … }` }],
    [t],
  );
  return (
    <CodeEditor
      language="json"
      aria-label={t`Filter as JSON`}
      value={text}
      validate={validate}
      onValueChange={(next) => {
        setText(next);
        const parsed = parsedFilter(next);
        onWhole(parsed !== undefined);
        if (parsed) onChange(Object.keys(parsed).length === 0 ? undefined : parsed);
      }}
    />
  );
}

function parsedFilter(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
