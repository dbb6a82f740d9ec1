import type { ReactNode } from "react";

/** A description of the API's document, which marks code by `backticks`. */
export function Prose({ text }: { readonly text: string }): ReactNode {
  return (
    text
      .split("`")
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text keep their order
      .map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))
  );
}
