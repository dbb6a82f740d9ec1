import { Trans, useLingui } from "@lingui/react/macro";
import { ArrowDown, ArrowUp, Copy, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Field } from "../../../ui/field.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { Input } from "../../../ui/input.tsx";
import { isCommon, specOf } from "../draft/node-specs.ts";
import { renameNode, setIn } from "../draft/tree.ts";
import { useNodeTitle } from "../drawing/node-words.ts";
import { CaseFields } from "./case-fields.tsx";
import { JsonField } from "./json-field.tsx";
import { NameHints } from "./name-hints.tsx";
import { type NodeFieldProps, problemAt, refusedPart } from "./node-field.ts";
import { ParallelFields } from "./parallel-fields.tsx";
import { PartField } from "./part-field.tsx";
import { RetryFields } from "./retry-fields.tsx";

interface NodeActions {
  readonly onMove: (by: -1 | 1) => void;
  readonly onCopy: () => void;
  readonly onRemove: () => void;
  /** The node has another id. */
  readonly onRename: (id: string) => void;
}

/** What one node does. What has no field of its own is kept, and written as JSON. */
export function NodeForm({ draft, node, path, ...actions }: NodeFieldProps & NodeActions): ReactNode {
  const { t } = useLingui();
  const titleOf = useNodeTitle();
  const spec = specOf(node);
  const fieldsFor = { draft, node, path };
  return (
    <section aria-label={t`Node ${node.id}`} className="flex flex-col gap-4 rounded-lg border bg-surface p-4">
      <header className="flex flex-wrap items-center gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-semibold text-base">{node.id}</h2>
          <p className="text-muted text-xs">{titleOf(node)}</p>
        </div>
        <NodeButtons {...actions} />
      </header>
      <RestProblem {...fieldsFor} />
      <NodeNames {...fieldsFor} onRename={actions.onRename} />
      {spec ? (
        spec.parts
          .filter(({ when }) => when?.(node) ?? true)
          .map((part) => <PartField key={part.name} {...fieldsFor} part={part} />)
      ) : (
        <OtherParts {...fieldsFor} />
      )}
      {node.type === "branch" && <CaseFields {...fieldsFor} />}
      {node.type === "parallel" && <ParallelFields {...fieldsFor} />}
      <NameHints content={draft.content} path={path} />
      <RetryFields {...fieldsFor} />
    </section>
  );
}

function NodeButtons({ onMove, onCopy, onRemove }: Omit<NodeActions, "onRename">): ReactNode {
  const { t } = useLingui();
  return (
    <div className="flex gap-1">
      <IconButton label={t`Move up`} shortcut="alt+up" icon={<ArrowUp aria-hidden />} onClick={() => onMove(-1)} />
      <IconButton label={t`Move down`} shortcut="alt+down" icon={<ArrowDown aria-hidden />} onClick={() => onMove(1)} />
      <IconButton label={t`Copy the node`} shortcut="mod+d" icon={<Copy aria-hidden />} onClick={onCopy} />
      <IconButton label={t`Remove the node`} shortcut="delete" icon={<Trash2 aria-hidden />} onClick={onRemove} />
    </div>
  );
}

/** What is wrong with the node as a whole, or with a part that has no field. */
function RestProblem(props: NodeFieldProps): ReactNode {
  const refused = refusedPart(props);
  if (refused === undefined) return null;
  const parts = specOf(props.node)?.parts.map(({ name }) => name) ?? [];
  const [part = ""] = refused.split(".");
  if (["id", "title", "retry", "on_error", "cases", "branches", ...parts].includes(part)) return null;
  return (
    <p role="alert" className="break-words rounded-md bg-danger-soft p-2 text-danger-ink text-sm">
      {props.draft.problem?.message}
    </p>
  );
}

type NamesProps = NodeFieldProps & Pick<NodeActions, "onRename">;

function NodeNames(props: NamesProps): ReactNode {
  const { t } = useLingui();
  const { draft, node, path, onRename } = props;
  const title = typeof node.title === "string" ? node.title : "";
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field
        label={t`Id`}
        required
        description={t`Others find its result as steps.${node.id}.`}
        error={problemAt(props, "id")}
      >
        <IdInput draft={draft} node={node} path={path} onRename={onRename} />
      </Field>
      <Field label={t`Title`} description={t`For whoever reads the flow.`} error={problemAt(props, "title")}>
        <Input
          value={title}
          onChange={({ target: { value } }) =>
            draft.change((content) => setIn(content, [...path, "title"], value || undefined), `${path.join(".")}.title`)
          }
        />
      </Field>
    </div>
  );
}

/** What is typed becomes the id when the field is left, so that the expressions that name it are changed once. */
function IdInput({ draft, node, path, onRename }: NamesProps): ReactNode {
  const rename = (id: string) => {
    if (id === "" || id === node.id) return;
    draft.change((content) => renameNode(content, path, id));
    onRename(id);
  };
  return (
    <Input
      key={node.id}
      defaultValue={node.id}
      spellCheck={false}
      className="font-mono"
      onBlur={({ target }) => rename(target.value.trim())}
      onKeyDown={(event) => {
        if (event.key === "Enter") rename(event.currentTarget.value.trim());
      }}
    />
  );
}

/** All parts of a node whose type this page does not know. */
function OtherParts({ draft, node, path }: NodeFieldProps): ReactNode {
  const { t } = useLingui();
  const parts = Object.fromEntries(Object.entries(node).filter(([part]) => !isCommon(part)));
  return (
    <>
      <p className="text-muted text-sm">
        <Trans>This page has no form for nodes of the type {node.type}. Its parts are written as JSON.</Trans>
      </p>
      <JsonField
        draft={draft}
        at={[...path, "*"]}
        label={t`Parts`}
        value={parts}
        isObject
        onValue={(next) =>
          draft.change(
            (content) => {
              const common = Object.fromEntries(Object.entries(node).filter(([part]) => isCommon(part)));
              return setIn(content, path, { ...common, ...(next as object) });
            },
            `${path.join(".")}.*`,
          )
        }
      />
    </>
  );
}
