// A regular expression as an automaton: a state for each character that it can consume. What consumes nothing but may
// fail (`$`, `\b`, a lookahead) is a state that no character reaches.

export interface Automaton {
  /** By state, the characters that lead into it: a bit for each of `SAMPLES`. */
  readonly sets: readonly bigint[];
  readonly next: readonly ReadonlySet<number>[];
  /** Steps that two repetitions, one inside the other, both take. */
  readonly doubled: ReadonlySet<string>;
  /** States after which the whole has matched, whatever follows. */
  readonly last: ReadonlySet<number>;
}

/** Every Latin-1 character, and some that classes single out. */
const SAMPLES = [
  ...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)),
  "\u2028",
  "\u{10ffff}",
  "\u0301",
  "\u4e00",
];
const NOTHING = 0n;
const ANYTHING = (1n << BigInt(SAMPLES.length)) - 1n;

interface Part {
  readonly first: ReadonlySet<number>;
  readonly last: ReadonlySet<number>;
  readonly optional: boolean;
}

const EMPTY: Part = { first: new Set(), last: new Set(), optional: true };
const ATOM =
  /\\[pPu]\{[^}]*\}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\c[A-Za-z]|\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[\s\S]/uy;
const QUANTIFIER = /(?:[*+?]|\{(\d+)(,(\d*))?\})\??/y;
const GROUP = /\((?:\?(?:[:=!]|<[=!]|<\w+>))?/y;

export function stepOf(from: number, to: number): string {
  return `${from} ${to}`;
}

/** `literal` is written with its slashes and flags. */
export function automatonOf(literal: string): Automaton {
  const end = literal.lastIndexOf("/");
  return new Builder(literal.slice(1, end), literal.slice(end + 1)).build();
}

class Builder {
  readonly #sets: bigint[] = [];
  readonly #next: Set<number>[] = [];
  readonly #doubled = new Set<string>();
  #at = 0;

  constructor(
    private readonly source: string,
    private readonly flags: string,
  ) {}

  build(): Automaton {
    const free = new Set<number>();
    const whole = this.#alternatives(free);
    if (!this.flags.includes("y") && free.size > 0) {
      // A search tries every place to begin at.
      const start = this.#state(ANYTHING);
      for (const to of [start, ...free]) this.#link(start, to);
    }
    return { sets: this.#sets, next: this.#next, doubled: this.#doubled, last: whole.last };
  }

  /** `free` gets the states at which a match may begin anywhere in the text. */
  #alternatives(free?: Set<number>): Part {
    const parts: Part[] = [];
    do {
      if (parts.length > 0) this.#at += 1;
      const anchored = this.source[this.#at] === "^";
      const part = this.#sequence();
      if (!anchored) for (const state of part.first) free?.add(state);
      parts.push(part);
    } while (this.source[this.#at] === "|");
    return {
      first: new Set(parts.flatMap(({ first }) => [...first])),
      last: new Set(parts.flatMap(({ last }) => [...last])),
      optional: parts.some(({ optional }) => optional),
    };
  }

  #sequence(): Part {
    let whole = EMPTY;
    while (this.#at < this.source.length && !"|)".includes(this.source[this.#at]!)) {
      whole = this.#joined(whole, this.#quantified());
    }
    return whole;
  }

  #joined(a: Part, b: Part): Part {
    for (const from of a.last) for (const to of b.first) this.#link(from, to);
    return {
      first: a.optional ? new Set([...a.first, ...b.first]) : a.first,
      last: b.optional ? new Set([...a.last, ...b.last]) : b.last,
      optional: a.optional && b.optional,
    };
  }

  #quantified(): Part {
    const part = this.#part();
    const found = this.#take(QUANTIFIER);
    if (!found) return part;
    const [text, least, comma, most] = found;
    const once = text[0] === "?" || (least !== undefined && Number(comma === undefined ? least : (most ?? "")) === 1);
    // Many copies behave like any number of them.
    if (!once) for (const from of part.last) for (const to of part.first) this.#link(from, to);
    const optional = text[0] === "?" || text[0] === "*" || Number(least ?? 1) === 0;
    return { ...part, optional: part.optional || optional };
  }

  #part(): Part {
    if (this.source[this.#at] === "(") return this.#group();
    const [text] = this.#take(ATOM)!;
    if (text === "^") return EMPTY;
    return this.#single(text === "$" || text === "\\b" || text === "\\B" ? NOTHING : this.#setOf(text));
  }

  #group(): Part {
    const [open] = this.#take(GROUP)!;
    const inner = this.#alternatives();
    this.#at += 1;
    return /[=!]$/.test(open) ? this.#single(NOTHING) : inner;
  }

  #single(set: bigint): Part {
    const states = new Set([this.#state(set)]);
    return { first: states, last: states, optional: false };
  }

  #link(from: number, to: number): void {
    if (this.#next[from]!.has(to)) this.#doubled.add(stepOf(from, to));
    this.#next[from]!.add(to);
  }

  #state(set: bigint): number {
    this.#next.push(new Set());
    return this.#sets.push(set) - 1;
  }

  #setOf(atom: string): bigint {
    const alone = new RegExp(`^(?:${atom})$`, this.flags.replace(/[gy]/g, ""));
    return SAMPLES.reduce((set, char, bit) => (alone.test(char) ? set | (1n << BigInt(bit)) : set), NOTHING);
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.source);
    if (found) this.#at += found[0].length;
    return found;
  }
}
