import type { FlowNode } from "../draft/content.ts";
import { type Path, placeOf } from "../draft/tree.ts";
import type { FlowDraft } from "../draft/use-flow-draft.ts";

/** What the fields of a node need. */
export interface NodeFieldProps {
  readonly draft: FlowDraft;
  readonly node: FlowNode;
  /** In the flow. */
  readonly path: Path;
}

/** The part of the node that the server has refused; undefined where it is another node. */
export function refusedPart({ draft: { problem, content }, path }: NodeFieldProps): string | undefined {
  if (problem?.field === undefined) return undefined;
  const place = placeOf(content, problem.field);
  return place.node?.join(".") === path.join(".") ? place.part : undefined;
}

/** What the server says of a part; undefined where it refuses another one. */
export function problemAt(props: NodeFieldProps, part: string): string | undefined {
  const refused = refusedPart(props);
  const isHere = refused !== undefined && (refused === part || refused.startsWith(`${part}.`));
  return isHere ? props.draft.problem?.message : undefined;
}
