import { SPELLED_OUT } from "@plinth/core";

/** A folded text with two letters where one stands for two. */
export function spelledOut(text: string): string {
  return Object.entries(SPELLED_OUT).reduce((sql, [letter, two]) => `replace(${sql}, '${letter}', '${two}')`, text);
}
