import type { ParamIndexMap, ParamStash, Router } from "hono/router";

/** What a path ends at, in the form that Hono asks for: handlers, each with where its parameters stand among the values. */
type PathEnd<T> = [T, ParamIndexMap][];

class PathNode<T> {
  /** Those that follow, by length and first character: cutting the next segment out of a path to look it up costs more. */
  readonly #fixed = new Map<number, [string, PathNode<T>][]>();
  /** Below `:name`. */
  parameter: PathNode<T> | undefined;
  /** At the end of the path. */
  here: PathEnd<T> | undefined;
  /** For all that is left of a path: `:name+`, of at least one character. */
  rest: PathEnd<T> | undefined;
  /** The same for `*`, of any number. */
  below: PathEnd<T> | undefined;

  /** The fixed segment that the path has from `from` up to `to`. */
  fixed(path: string, from: number, to: number): PathNode<T> | undefined {
    const alike = this.#fixed.get(keyOf(path, from, to));
    if (alike) for (const [text, segment] of alike) if (path.startsWith(text, from)) return segment;
    return undefined;
  }

  addFixed(text: string): PathNode<T> {
    const added = new PathNode<T>();
    const key = keyOf(text, 0, text.length);
    this.#fixed.set(key, [...(this.#fixed.get(key) ?? []), [text, added]]);
    return added;
  }
}

function keyOf(text: string, from: number, to: number): number {
  return (to - from) * 0x1_0000 + (from < to ? text.charCodeAt(from) : 0);
}

const NO_VALUES: ParamStash = [];

/**
 * Hono's router for this app: it finds a route segment by segment, so that it costs the same however many routes there are.
 * A fixed segment wins over a parameter in its position. A path has one handler, behind the middlewares that are added for
 * all paths before it.
 */
export class PathRouter<T> implements Router<T> {
  readonly name = "PathRouter";
  readonly #methods = new Map<string, PathNode<T>>();
  readonly #everywhere: PathEnd<T> = [];

  /** `path` has `:name` for a segment, and as its last one `:name+` for one or more, or `*` for any number. */
  add(method: string, path: string, handler: T): void {
    if (method === "ALL") {
      if (path !== "/*" || this.#methods.size > 0) throw new Error("A middleware is for all paths, and comes first.");
      this.#everywhere.push([handler, {}]);
      return;
    }
    const root = this.#methods.get(method) ?? new PathNode<T>();
    this.#methods.set(method, root);
    const segments = path.slice(1).split("/");
    const last = segments.at(-1)!;
    const at = last === "*" ? "below" : /^:.*\+$/.test(last) ? "rest" : "here";
    const end = segmentAt(root, at === "here" ? segments : segments.slice(0, -1));
    if (end[at]) throw new Error(`${method} ${path} is there twice.`);
    const names = segments.flatMap((segment) => (segment.startsWith(":") ? segment.slice(1).replace(/\+$/, "") : []));
    end[at] = [...this.#everywhere, [handler, Object.fromEntries(names.map((name, i) => [name, i]))]];
  }

  match(method: string, path: string): [PathEnd<T>, ParamStash] {
    const root = this.#methods.get(method);
    if (!root) return [this.#everywhere, NO_VALUES];
    const values: ParamStash = [];
    return [find(root, path, 1, values) ?? this.#everywhere, values];
  }

  /** The methods with which the path has a route. */
  methodsOf(path: string): string[] {
    return [...this.#methods].flatMap(([method, root]) => (find(root, path, 1, []) ? [method] : []));
  }
}

function segmentAt<T>(root: PathNode<T>, segments: readonly string[]): PathNode<T> {
  let at = root;
  for (const segment of segments) {
    if (segment.startsWith(":")) {
      at.parameter ??= new PathNode();
      at = at.parameter;
    } else at = at.fixed(segment, 0, segment.length) ?? at.addFixed(segment);
  }
  return at;
}

/** What the path from `from` on ends at. */
function find<T>(at: PathNode<T>, path: string, from: number, values: string[]): PathEnd<T> | undefined {
  const slash = path.indexOf("/", from);
  const to = slash < 0 ? path.length : slash;
  const fixed = at.fixed(path, from, to);
  const found = fixed && (slash < 0 ? fixed.here : find(fixed, path, slash + 1, values));
  if (found) return found;
  const { parameter } = at;
  if (parameter && from < to) {
    values.push(path.slice(from, to));
    const below = slash < 0 ? parameter.here : find(parameter, path, slash + 1, values);
    if (below) return below;
    values.pop();
  }
  if (!at.rest || from === path.length) return at.below;
  values.push(path.slice(from));
  return at.rest;
}
