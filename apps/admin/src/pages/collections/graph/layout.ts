import { Graph, layout } from "@dagrejs/dagre";
import type { CollectionInfo } from "../../../data/collections.ts";
import { type Edge, edgesOf } from "./edges.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly slug: string;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly string[];
  /** How many fields are not among the lines. */
  readonly more: number;
}

export interface Line extends Edge {
  readonly points: readonly Point[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

const [LEAST_WIDTH, MOST_WIDTH] = [160, 320];
export const HEAD_HEIGHT = 34;
export const LINE_HEIGHT = 20;
const MOST_LINES = 7;
const MARGIN = 24;
/** About the width of a letter, in pixels: of a name, and of the smaller print. */
const [NAME_LETTER, SMALL_LETTER] = [8, 6.5];
/** A longer name would not fit into the widest box. */
export const MOST_LETTERS = Math.floor((MOST_WIDTH - MARGIN) / NAME_LETTER);

/** Where each collection stands, in pixels, so that relations lead from left to right and cross little. */
export function layoutOf(collections: readonly CollectionInfo[]): Layout {
  const graph = new Graph({ multigraph: true });
  const edges = edgesOf(collections);
  // The name of a relation stands between the boxes.
  const labels = edges.map(({ fields: [name = ""] }) => 40 + name.length * SMALL_LETTER);
  const ranksep = Math.min(200, Math.max(90, ...labels));
  graph.setGraph({ rankdir: "LR", nodesep: 28, ranksep, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { slug, fields } of collections) {
    const lines = Math.min(fields.length, MOST_LINES) + (fields.length > MOST_LINES ? 1 : 0);
    graph.setNode(slug, { width: widthOf(slug, fields), height: HEAD_HEIGHT + Math.max(1, lines) * LINE_HEIGHT + 8 });
  }
  for (const [i, edge] of edges.entries()) graph.setEdge(edge.from, edge.to, {}, String(i));
  layout(graph);
  const boxes = collections.map(({ slug, fields }): Box => {
    const { x, y, width, height } = graph.node(slug) as Required<Point & { width: number; height: number }>;
    const shown = fields.slice(0, MOST_LINES).map(({ name }) => name);
    return {
      slug,
      x: x - width / 2,
      y: y - height / 2,
      width,
      height,
      lines: shown,
      more: fields.length - shown.length,
    };
  });
  const lines = edges.map((edge, i): Line => {
    const { points = [] } = graph.edge(edge.from, edge.to, String(i)) as { points?: readonly Point[] };
    return { ...edge, points };
  });
  return {
    width: Math.max(...boxes.map(({ x, width }) => x + width), 0) + MARGIN,
    height: Math.max(...boxes.map(({ y, height }) => y + height), 0) + MARGIN,
    boxes,
    lines,
  };
}

function widthOf(slug: string, fields: readonly { readonly name: string }[]): number {
  const small = fields.slice(0, MOST_LINES).map(({ name }) => name.length * SMALL_LETTER);
  return Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, MARGIN + Math.max(slug.length * NAME_LETTER, ...small)));
}
