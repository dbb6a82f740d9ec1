import { expect, test } from "bun:test";
import { type LoadedChunk, partsOf } from "./first-load.ts";

const chunk = (name: string, imports: readonly string[], more: Partial<LoadedChunk> = {}): LoadedChunk => ({
  fileName: name,
  isEntry: false,
  facadeModuleId: null,
  imports,
  modules: [`/${name}.ts`],
  ...more,
});

test("what is loaded together is in one file: for every page, for the list of items and others, and for that list alone", () => {
  const facade = (path: string) => ({ facadeModuleId: `/admin/src/${path}` });
  const parts = partsOf([
    chunk("main", ["react"], { isEntry: true, ...facade("main.tsx") }),
    chunk("react", []),
    chunk("items-view", ["react", "select", "grid"], facade("pages/items/items-view.tsx")),
    chunk("grid", ["menu", "react"]),
    chunk("select", []),
    chunk("menu", []),
    chunk("keys", ["select", "react", "key-form"], facade("pages/keys/key-list.tsx")),
    chunk("key-form", []),
    chunk("operator-menu", ["menu"], facade("app/shell/operator-menu.tsx")),
  ]);
  expect(parts.map(({ name, modules }) => [name, [...modules].sort()])).toEqual([
    ["first", ["/main.ts", "/react.ts"]],
    ["kit", ["/menu.ts", "/operator-menu.ts", "/select.ts"]],
    ["items", ["/grid.ts", "/items-view.ts"]],
  ]);
});
