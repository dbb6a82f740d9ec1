import { expect, test } from "bun:test";
import { logoIn, wantedAccent } from "./page-look.ts";

const API = "https://api.example.com";

test("only a whole colour counts", () => {
  expect(wantedAccent("#0B5394")).toBe("#0b5394");
  for (const other of ["#0b5", "0b5394", "red", "", null, undefined, "#0b53949"])
    expect(wantedAccent(other)).toBeNull();
});

test("a logo is loaded where the policy of the admin lets it be", () => {
  expect(logoIn(null, API, true)).toBeNull();
  expect(logoIn(" ", API, true)).toBeNull();
  expect(logoIn("/logo.svg", API, true)).toEqual({ src: "https://api.example.com/logo.svg" });
  expect(logoIn("data:image/png;base64,AA==", API, false)).toEqual({ src: "data:image/png;base64,AA==" });
  expect(logoIn("/logo.svg", API, false)).toEqual({});
  expect(logoIn("https://cdn.example.com/logo.svg", API, true)).toEqual({});
  expect(logoIn("//cdn.example.com/logo.svg", API, true)).toEqual({});
});
