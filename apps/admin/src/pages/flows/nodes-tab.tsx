import { Trans, useLingui } from "@lingui/react/macro";
import { Redo2, Undo2 } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useMemo } from "react";
import { useNarrow } from "../../app/use-narrow.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import { NODE_SPECS } from "./draft/node-specs.ts";
import {
  copyOf,
  findNode,
  freeId,
  insertNode,
  moveNode,
  type Path,
  type PlacedNode,
  placedNodes,
  placeOf,
  removeNode,
} from "./draft/tree.ts";
import type { FlowDraft } from "./draft/use-flow-draft.ts";
import { FlowDrawing } from "./drawing/flow-drawing.tsx";
import { FlowStart } from "./drawing/flow-start.tsx";
import { NodeForm } from "./form/node-form.tsx";

interface NodesTabProps {
  readonly draft: FlowDraft;
  /** The id of the node that is open. */
  readonly selected: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
}

/** The flow as a drawing, and the form of the node that is chosen in it. */
export function NodesTab({ draft, selected, onSelect }: NodesTabProps): ReactNode {
  const { t } = useLingui();
  const { content, problem } = draft;
  const isNarrow = useNarrow(1280);
  const place = selected === undefined ? undefined : findNode(content, selected);
  const actions = useNodeActions(draft, onSelect);
  const wrong = useMemo(() => {
    const at = problem?.field === undefined ? undefined : placeOf(content, problem.field).node?.join(".");
    const found = placedNodes(content.nodes).find(({ path }) => path.join(".") === at);
    return new Set(found ? [found.node.id] : []);
  }, [content, problem]);
  const form = place && (
    <NodeForm
      key={place.path.join(".")}
      draft={draft}
      {...place}
      onMove={(by) => actions.move(place, by)}
      onCopy={() => actions.copy(place)}
      onRemove={() => actions.remove(place)}
      onRename={onSelect}
    />
  );
  const onKey = (id: string, event: KeyboardEvent): boolean => {
    const at = findNode(content, id);
    if (!at) return false;
    const isMod = event.ctrlKey || event.metaKey;
    if (event.key === "Delete") actions.remove(at);
    else if (event.altKey && event.key === "ArrowUp") actions.move(at, -1);
    else if (event.altKey && event.key === "ArrowDown") actions.move(at, 1);
    else if (isMod && event.key === "d") actions.copy(at);
    else if (isMod && event.key === "z") (event.shiftKey ? draft.redo : draft.undo)?.();
    else return false;
    return true;
  };
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-1">
        <p className="min-w-0 flex-1 text-muted text-sm">
          <Trans>Choose a node to change it. The arrow keys lead along the flow.</Trans>
        </p>
        <IconButton
          label={t`Undo`}
          shortcut="mod+z"
          icon={<Undo2 aria-hidden />}
          disabled={!draft.undo}
          onClick={draft.undo}
        />
        <IconButton
          label={t`Redo`}
          shortcut="mod+shift+z"
          icon={<Redo2 aria-hidden />}
          disabled={!draft.redo}
          onClick={draft.redo}
        />
      </div>
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
        <FlowDrawing
          nodes={content.nodes}
          start={<FlowStart triggers={content.triggers} />}
          selected={selected}
          onSelect={onSelect}
          wrong={wrong}
          onAdd={actions.add}
          onKey={onKey}
        />
        {isNarrow ? (
          <Sheet open={form !== undefined} onOpenChange={(open) => !open && onSelect(undefined)} title={t`Node`}>
            {form}
          </Sheet>
        ) : (
          (form ?? (
            <p className="rounded-lg border border-dashed p-4 text-muted text-sm">
              <Trans>No node is chosen. Press + in the drawing to add one.</Trans>
            </p>
          ))
        )}
      </div>
    </div>
  );
}

function useNodeActions(draft: FlowDraft, onSelect: (id: string | undefined) => void) {
  const { content, change } = draft;
  return {
    add(list: Path, index: number, type: string) {
      const node = copyOf(content, { id: freeId(content.nodes, type), type, ...NODE_SPECS[type]!.first() });
      change((now) => insertNode(now, list, index, node));
      onSelect(node.id);
    },
    move({ path }: PlacedNode, by: -1 | 1) {
      change((now) => moveNode(now, path, by) ?? now);
    },
    copy({ node, path }: PlacedNode) {
      const copy = copyOf(content, node);
      change((now) => insertNode(now, path.slice(0, -1), Number(path.at(-1)) + 1, copy));
      onSelect(copy.id);
    },
    remove({ path }: PlacedNode) {
      change((now) => removeNode(now, path));
      onSelect(undefined);
    },
  };
}
