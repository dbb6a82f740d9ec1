import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../../ui/button.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { freeId, lanesOf, setIn } from "../draft/tree.ts";
import { type NodeFieldProps, problemAt } from "./node-field.ts";

/** The lists of a node that run at the same time. */
export function ParallelFields(props: NodeFieldProps): ReactNode {
  const { t } = useLingui();
  const { draft, node, path } = props;
  const lanes = lanesOf(node);
  const problem = problemAt(props, "branches");
  const put = (next: readonly unknown[]) => draft.change((content) => setIn(content, [...path, "branches"], next));
  const lists = lanes.map(({ nodes }) => nodes);
  const add = () => put([...lists, [{ id: freeId(draft.content.nodes, "value"), type: "set", value: null }]]);
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="pb-1 font-medium text-sm">{t`Lists`}</legend>
      {lists.map((nodes, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a list is known by its place alone
        <div key={i} className="flex items-center gap-2 text-sm">
          <span className="min-w-0 flex-1">
            <Trans>List {i + 1}</Trans>: <Plural value={nodes.length} one="# node" other="# nodes" />
          </span>
          <IconButton
            label={t`Remove list ${i + 1} with its nodes`}
            icon={<Trash2 aria-hidden />}
            disabled={lists.length <= 2}
            onClick={() => put(lists.toSpliced(i, 1))}
          />
        </div>
      ))}
      {problem && <p className="text-danger-ink text-xs">{problem}</p>}
      <div>
        <Button size="sm" icon={<Plus aria-hidden />} onClick={add}>
          <Trans>Add list</Trans>
        </Button>
      </div>
    </fieldset>
  );
}
