import { useEffect, useState } from "react";
import type { Option } from "./option.ts";

/** All choices, filtered here, or a search that the server does. */
export type OptionSource = readonly Option[] | ((query: string, signal: AbortSignal) => Promise<readonly Option[]>);

export interface FoundOptions {
  options: readonly Option[];
  loading: boolean;
  error: unknown;
}

/** Case and accents do not matter; every word of the query must occur in the label, value or description. */
export function filterOptions(options: readonly Option[], query: string): readonly Option[] {
  const words = fold(query)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return options;
  return options.filter((option) => {
    const text = fold(`${option.label} ${option.value} ${option.description ?? ""}`);
    return words.every((word) => text.includes(word));
  });
}

const fold = (text: string): string => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** What the source has for a query. A search waits until typing pauses; an answer that comes too late is dropped. */
export function useOptions(source: OptionSource, query: string, enabled: boolean): FoundOptions {
  const [found, setFound] = useState<FoundOptions>({ options: [], loading: true, error: undefined });
  useEffect(() => {
    if (typeof source !== "function" || !enabled) return;
    const controller = new AbortController();
    setFound((before) => ({ ...before, loading: true }));
    const timer = setTimeout(
      () => {
        source(query, controller.signal).then(
          (options) => !controller.signal.aborted && setFound({ options, loading: false, error: undefined }),
          (error) => !controller.signal.aborted && setFound({ options: [], loading: false, error }),
        );
      },
      query === "" ? 0 : 150,
    );
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [source, query, enabled]);
  if (typeof source === "function") return found;
  return { options: filterOptions(source, query), loading: false, error: undefined };
}
