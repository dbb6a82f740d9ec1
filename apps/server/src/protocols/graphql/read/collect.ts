import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
} from "graphql";

/** What a walk through a document needs to know of the request. */
export type DocumentContext = Pick<GraphQLResolveInfo, "fragments" | "variableValues" | "schema">;

/**
 * The fields that are selected below fields of one name, by their names in the answer: fragments are put in place, and what
 * is skipped is left out. The order is that in which they are executed. No type of the schema has another beside it, so
 * conditions on types always hold.
 */
export function selectedFields(document: DocumentContext, nodes: readonly FieldNode[]): FieldNode[][] {
  const groups = new Map<string, FieldNode[]>();
  const spread = new Set<FragmentDefinitionNode>();
  const add = (selections: readonly SelectionNode[]): void => {
    for (const node of selections) {
      if (!isIncluded(document, node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        const group = groups.get(key);
        if (group) group.push(node);
        else groups.set(key, [node]);
      } else if (node.kind === Kind.INLINE_FRAGMENT) add(node.selectionSet.selections);
      else {
        const fragment = document.fragments[node.name.value];
        if (!fragment || spread.has(fragment)) continue;
        spread.add(fragment);
        add(fragment.selectionSet.selections);
      }
    }
  };
  for (const { selectionSet } of nodes) if (selectionSet) add(selectionSet.selections);
  return [...groups.values()];
}

function isIncluded({ variableValues }: DocumentContext, node: SelectionNode): boolean {
  if (!node.directives || node.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false;
}
