import type { Field, JsonObject } from "@plinth/core";
import type { ReactNode } from "react";
import type { CollectionInfo } from "../../../data/collections.ts";
import type { ItemQueryStateAndSetters } from "../query-state.ts";

/** What every layout is given: the same items, by the same search and filter. */
export interface LayoutProps {
  readonly collection: CollectionInfo;
  readonly query: ItemQueryStateAndSetters;
  /** With the search. */
  readonly filter: JsonObject | undefined;
  /** Columns as they are chosen; cards show the first two. */
  readonly shown: readonly Field[];
  /** Of the items, below the workspace. */
  readonly path: string;
  readonly title: string;
  /** A button that makes an item. */
  readonly create: ReactNode;
  /** Why nothing can be changed; undefined where it can. */
  readonly locked: string | undefined;
}
