export interface ChosenColumns {
  /** Names in their order. */
  readonly shown: readonly string[];
  /** Names of those that stay when one scrolls sideways. */
  readonly pinned: readonly string[];
}

/** Neither is part of a name. */
const [BETWEEN, PINNED] = ["-", "*"];

/** Columns as an address keeps them: `title*-year`, with a star after those that stay. */
export function columnsText({ shown, pinned }: ChosenColumns): string {
  return shown.map((name) => (pinned.includes(name) ? name + PINNED : name)).join(BETWEEN);
}

/** Reads what `columnsText` has written. */
export function readColumns(text: string): ChosenColumns {
  const parts = text.split(BETWEEN).filter((part) => part !== "" && part !== PINNED);
  const nameOf = (part: string) => (part.endsWith(PINNED) ? part.slice(0, -1) : part);
  return {
    shown: [...new Set(parts.map(nameOf))],
    pinned: parts.filter((part) => part.endsWith(PINNED)).map(nameOf),
  };
}
