import { aiNode } from "./ai.ts";
import { CONTROL_KINDS } from "./control.ts";
import { httpNode } from "./http.ts";
import { itemNode } from "./item.ts";
import { mailNode } from "./mail.ts";
import type { LeafKind, NodeKind } from "./node-kind.ts";
import { failNode, functionNode, setNode } from "./simple.ts";

/** Nodes that do something. A new kind is a file and a line here. */
const LEAF_KINDS: Readonly<Record<string, LeafKind>> = {
  set: setNode,
  item: itemNode,
  http: httpNode,
  mail: mailNode,
  function: functionNode,
  ai: aiNode,
  fail: failNode,
};

/** Undefined: the node decides about others. */
export const leafKind = (name: string): LeafKind | undefined => LEAF_KINDS[name];

export const NODE_KINDS: Readonly<Record<string, NodeKind>> = { ...CONTROL_KINDS, ...LEAF_KINDS };

export const NODE_TYPES = Object.keys(NODE_KINDS);
