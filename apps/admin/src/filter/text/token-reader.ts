import { ALL_FORMS, type OperatorForm } from "./operator-words.ts";
import { type Expected, type ProblemReason, ReadingStopped } from "./problem.ts";
import { type Token, tokensOf } from "./tokens.ts";

const JOINS: Readonly<Record<string, "and" | "or">> = { and: "and", "&&": "and", or: "or", "||": "or" };
const SIGN = /^(?:==?|!=|<>|[<>]=?|!?~)$/;

/** Walks over the parts of a text. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #index = 0;
  /** Whether somebody means a condition: there is a field, or a name, with an operator. */
  isMeant = false;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    this.#index = Math.min(this.#index + 1, this.#tokens.length - 1);
    return token;
  }

  /** The next words in lower case; `undefined` where there is something else. */
  words(count: number): readonly (string | undefined)[] {
    return Array.from({ length: count }, (_, i) => {
      const token = this.peek(i);
      return token.kind === "word" ? token.text.toLowerCase() : undefined;
    });
  }

  takeWord(word: string): boolean {
    const isIt = this.words(1)[0] === word;
    if (isIt) this.next();
    return isIt;
  }

  takeSymbol(symbol: string): boolean {
    const token = this.peek();
    const isIt = token.kind === "symbol" && token.text === symbol;
    if (isIt) this.next();
    return isIt;
  }

  /** `and` or `or`, in words or signs. */
  takeJoin(join: "and" | "or"): boolean {
    const isIt = this.#joinOf(this.peek()) === join;
    if (isIt) this.next();
    return isIt;
  }

  isJoin(token: Token): boolean {
    return this.#joinOf(token) !== undefined;
  }

  #joinOf(token: Token): "and" | "or" | undefined {
    if (token.kind !== "word" && token.kind !== "symbol") return undefined;
    const text = token.text.toLowerCase();
    return Object.hasOwn(JOINS, text) ? JOINS[text] : undefined;
  }

  /** Whether a comparison by a sign is next. */
  atSign(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "symbol" && SIGN.test(token.text);
  }

  /** The first of these forms that is next. */
  takeForm(forms: readonly OperatorForm[]): OperatorForm | undefined {
    return forms.find(({ form }) => this.#takeParts(form));
  }

  /** Any operator, also one that the field does not have. */
  takeAnyForm(): string | undefined {
    return ALL_FORMS.find((form) => this.#takeParts(form));
  }

  #takeParts(form: string): boolean {
    const parts = form.split(" ");
    const fits = parts.every((part, i) => {
      const token = this.peek(i);
      return (token.kind === "word" || token.kind === "symbol") && token.text.toLowerCase() === part;
    });
    if (fits) this.#index += parts.length;
    return fits;
  }

  /** Ends the reading: what is wrong, where the next token is or at `at`, and what would be right there. */
  stop(reason: ProblemReason, expected: Expected, at: number = this.peek().at): never {
    throw new ReadingStopped({ reason, at, expected });
  }
}
