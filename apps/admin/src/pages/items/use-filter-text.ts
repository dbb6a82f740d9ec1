import type { JsonObject } from "@plinth/core";
import { useEffect, useRef, useState } from "react";
import type { TextContext } from "../../filter/text/context.ts";
import { readText, type TextReading } from "../../filter/text/read-text.ts";
import { joinGroups, parseFilter, writeFilter } from "../../filter/tree.ts";
import type { ItemQueryStateAndSetters } from "./query-state.ts";

/** Milliseconds of a pause, after which words are searched. */
const WORDS_MS = 200;
/** Conditions would often be true of something else before they are typed out. */
const CONDITIONS_MS = 350;
/** What looks like conditions and is none, is perhaps not finished. */
const UNFINISHED_MS = 1500;

type Query = Pick<ItemQueryStateAndSetters, "q" | "filter" | "change">;

export interface FilterText {
  readonly text: string;
  readonly reading: TextReading;
  /** Takes effect when typing pauses. */
  type(text: string): void;
  /** Takes effect now. Conditions leave the field: they are in the filter. */
  enter(): void;
  clear(): void;
  /** Puts a text in place of the filter that it says. */
  edit(text: string): void;
}

/** What is typed in the search of a list: conditions, which are added to the filter, or words. */
export function useFilterText({ q, filter, change }: Query, context: TextContext): FilterText {
  const [text, setText] = useState(q);
  const current = asText(q, filter);
  const [sent, setSent] = useState(current);
  const [seen, setSeen] = useState(current);
  /** The conditions that the text does not say. */
  const [rest, setRest] = useState({ filter });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed before a change of them would undo it
  useEffect(() => () => clearTimeout(timer.current), [rest]);
  if (seen !== current) {
    setSeen(current);
    // Somebody went back, or changed the filter elsewhere: what is typed is no part of it any more.
    if (current !== sent) {
      setSent(current);
      setText(q);
      setRest({ filter });
    }
  }
  const reading = readText(text, context);
  const send = (next: string, read: TextReading) => {
    clearTimeout(timer.current);
    const hasConditions = read.kind === "conditions";
    const changed = { q: hasConditions ? "" : next, filter: hasConditions ? added(rest.filter, read) : rest.filter };
    const wanted = asText(changed.q, changed.filter);
    if (wanted === asText(q, filter)) return;
    setSent(wanted);
    change(changed, { replace: true });
  };
  const type = (next: string) => {
    const read = readText(next, context);
    const pause = read.kind === "conditions" ? CONDITIONS_MS : read.isMeant ? UNFINISHED_MS : WORDS_MS;
    clearTimeout(timer.current);
    setText(next);
    timer.current = setTimeout(() => send(next, read), pause);
  };
  return {
    text,
    reading,
    type,
    enter() {
      send(text, reading);
      if (reading.kind !== "conditions") return;
      setText("");
      setRest({ filter: added(rest.filter, reading) });
    },
    clear() {
      setText("");
      send("", readText("", context));
    },
    edit(next) {
      clearTimeout(timer.current);
      setText(next);
      setRest({ filter: undefined });
    },
  };
}

const asText = (q: string, filter: JsonObject | undefined): string => JSON.stringify([q, filter]);

function added(filter: JsonObject | undefined, { group }: Extract<TextReading, { kind: "conditions" }>) {
  return writeFilter(joinGroups(parseFilter(filter), group));
}
