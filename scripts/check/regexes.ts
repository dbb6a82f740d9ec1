// Every regular expression of the shipped code is matched in time linear in the text, or is listed with the reason why
// its text is short. Pure: sources in, problems out.
import { matches, type Source } from "./files.ts";
import type { Problem } from "./problem.ts";
import { type Automaton, automatonOf, stepOf } from "./regex-positions.ts";
import { TEST_FILE } from "./rules.ts";

/** Not linear, for texts that no caller can make long. */
const SHORT_TEXTS: ReadonlyMap<string, string> = new Map([
  [String.raw`/\/+$/`, "an address from the settings or the command line"],
  [
    String.raw`/^\s*(?:--[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)*(?:insert|update|delete|replace|with)\b/i`,
    "Plinth's own statements",
  ],
  [String.raw`/: SQLITE_\w+.*$/`, "the engine's message about Plinth's own names"],
  [String.raw`/"(?:[^"\\]|\\.)*"|[{}[\],]/g`, "a part of a token, at most 8,192 characters"],
  ["/^0+|0+$/g", "the digits of a double"],
  ["/0+$/", "at most 40 digits, by the pattern of decimals"],
  [
    String.raw`/\\u\{([0-9a-fA-F]+)\}|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\p\{([^}=]+)(?:=([^}]+))?\}|\\P\{([^}=]+)(?:=([^}]+))?\}|\\c([A-Za-z])|\\[\s\S]|\[\^?\]?|[\].]|\(\?<(?![=!])/gu`,
    "a pattern of a field, at most 500 characters",
  ],
  [String.raw`/(\d+)\D+(\d+)\D+(\d+)\D+(\d+)/`, "what Intl writes for a time zone"],
]);

const SHIPPED = "{apps,packages}/*/src/**";
/** A slow expression of the admin keeps nobody waiting but who has written the text. */
const NOT_SHIPPED = "{packages/conformance,apps/admin}/**";

export function checkRegexes(sources: readonly Source[]): Problem[] {
  return sources
    .filter(({ file }) => matches(file, SHIPPED) && !matches(file, NOT_SHIPPED) && !TEST_FILE.test(file))
    .flatMap(({ file, tokens }) =>
      tokens.flatMap(({ kind, text, line }) => {
        if (kind !== "regex" || SHORT_TEXTS.has(text) || isLinear(text)) return [];
        const message = `${text} may take time that grows with the square of its text: write it without two ways to match the same, or list it in scripts/check/regexes.ts with the reason why its text is short`;
        return [{ file, line, message }];
      }),
    );
}

/**
 * Backtracking takes more than linear time only where a text can be split in many ways between two states: a word `w`
 * leads from `p` to `p`, from `p` to `q`, and from `q` to `q`. If nothing can fail behind `q`, the first way is taken.
 */
export function isLinear(literal: string): boolean {
  const automaton = automatonOf(literal);
  const states = automaton.sets.map((_, state) => state);
  return !states.some((p) => states.some((q) => !automaton.last.has(q) && isSplit(automaton, p, q)));
}

function isSplit(automaton: Automaton, p: number, q: number): boolean {
  const { sets, next } = automaton;
  const size = sets.length;
  const goal = (p * size + q) * size + q;
  const start: readonly [number, number, number] = [p, p, q];
  const seen = new Set<number>();
  const open = [start];
  for (let at = open.pop(); at; at = open.pop()) {
    const [from, between, behind] = at;
    for (const a of next[from]!) {
      for (const b of next[between]!) {
        const both = sets[a]! & sets[b]!;
        if (both === 0n) continue;
        for (const c of next[behind]!) {
          // Two equal states that come back to where they were need not be different ways.
          if ((both & sets[c]!) === 0n) continue;
          const key = (a * size + b) * size + c;
          if (key === goal && (p !== q || hasTwoWays(automaton, p))) return true;
          if (seen.has(key)) continue;
          seen.add(key);
          open.push([a, b, c]);
        }
      }
    }
  }
  return false;
}

/** Whether one word leads from a state back to it in two ways. */
function hasTwoWays({ sets, next, doubled }: Automaton, p: number): boolean {
  const size = sets.length;
  const seen = new Set<number>();
  const open: (readonly [a: number, b: number, apart: boolean])[] = [[p, p, false]];
  for (let at = open.pop(); at; at = open.pop()) {
    for (const a of next[at[0]]!) {
      for (const b of next[at[1]]!) {
        if ((sets[a]! & sets[b]!) === 0n) continue;
        const apart = at[2] || a !== b || doubled.has(stepOf(at[0], a));
        if (apart && a === p && b === p) return true;
        const key = ((apart ? 1 : 0) * size + a) * size + b;
        if (seen.has(key)) continue;
        seen.add(key);
        open.push([a, b, apart]);
      }
    }
  }
  return false;
}
