import type { SandboxFailure } from "@plinth/core";
import * as z from "../../kernel/zod.ts";

/** Characters. Bundlers may leave out the sources themselves, which need no room here. */
const MAX_SOURCE_MAP = 1_000_000;
const MAX_SOURCES = 1000;

const mapSchema = z.object({
  version: z.literal(3),
  sources: z.array(z.string().max(500).nullable()).max(MAX_SOURCES),
  mappings: z.string(),
});

type SourceMap = z.output<typeof mapSchema>;

/** A source map, https://tc39.es/ecma426/. Index maps are refused: bundlers make them only on request. */
export const sourceMapText = z
  .string()
  .max(MAX_SOURCE_MAP)
  .refine((text) => parsed(text) !== undefined, "expected the JSON of a source map, version 3, without sections")
  .describe("Where the lines of a bundle come from, so that errors name the lines of its sources");

/** What is kept of a source map. */
export function keptSourceMap(text: string | undefined): string | null {
  const map = text === undefined ? undefined : parsed(text);
  return map ? JSON.stringify(map) : null;
}

/** The failure with the places of the sources, where a version has a source map. */
export function inSources(failure: SandboxFailure, sourceMap: string | null): SandboxFailure {
  const map = sourceMap === null ? undefined : parsed(sourceMap);
  if (!map) return failure;
  const own = failure.line === undefined ? [] : [{ line: failure.line, column: 1 }];
  const inFrames = failure.stack.map(placeIn);
  const find = placeFinder(map, [...own, ...inFrames.filter((place) => place !== undefined)]);
  const stack = failure.stack.map((frame, i) => {
    const found = inFrames[i] && find(inFrames[i]);
    return found ? frame.replace(IN_BUNDLE, `${found.source}:${found.line}:${found.column}`) : frame;
  });
  const first = inFrames[0] ?? own[0];
  return { ...failure, stack, line: (first && find(first)?.line) ?? failure.line };
}

function parsed(text: string): SourceMap | undefined {
  try {
    return mapSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** A place of the bundle in a frame such as `save (function.js:12:7)`. */
const IN_BUNDLE = /function\.js:(\d{1,7})(?::(\d{1,7}))?/;

/** Both from 1. */
interface BundlePlace {
  readonly line: number;
  readonly column: number;
}

function placeIn(frame: string): BundlePlace | undefined {
  const [, line, column] = IN_BUNDLE.exec(frame) ?? [];
  return line === undefined ? undefined : { line: Number(line), column: Number(column ?? 1) };
}

interface Segment {
  /** Of the bundle, from 0. */
  readonly column: number;
  readonly place: BundlePlace & { readonly source: string | null | undefined };
}

/** Finds the sources of these places of the bundle. The mappings are read once. */
function placeFinder({ sources, mappings }: SourceMap, wanted: readonly BundlePlace[]) {
  const lines = new Map<number, Segment[]>(wanted.map(({ line }) => [line, []]));
  let [source, line, column] = [0, 0, 0];
  for (const [i, text] of mappings.split(";").entries()) {
    const segments = lines.get(i + 1);
    let generated = 0;
    for (const segment of text.split(",")) {
      const [step = 0, ofSource, ofLine = 0, ofColumn = 0] = numbersIn(segment);
      generated += step;
      if (ofSource === undefined) continue;
      source += ofSource;
      line += ofLine;
      column += ofColumn;
      segments?.push({ column: generated, place: { source: sources[source], line: line + 1, column: column + 1 } });
    }
  }
  return (place: BundlePlace): Segment["place"] | undefined => {
    const found = lines.get(place.line)?.findLast((segment) => segment.column < place.column);
    return found?.place.source ? found.place : undefined;
  };
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const CONTINUES = 32;

/** The numbers of a segment, in base64 VLQ: five bits a digit, the lowest ones first, the sign in the lowest bit. */
function numbersIn(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & (CONTINUES - 1)) * 2 ** shift;
    shift += 5;
    if (bits & CONTINUES) continue;
    numbers.push(value % 2 === 1 ? -(value - 1) / 2 : value / 2);
    [value, shift] = [0, 0];
  }
  return numbers;
}
