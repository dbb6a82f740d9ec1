import { expect, test } from "bun:test";
import { imageSource } from "./image-source.ts";

const BASE = "https://api.example.com/admin/t/default/collections/films/items";
const kinds = (values: unknown[]) => values.map((value) => imageSource(value, BASE).kind);

test("only images of the page's own origin or in the address itself are loaded", () => {
  expect(kinds(["/files/a.png", "https://api.example.com/files/a.png", "data:image/png;base64,AAAA"])).toEqual(
    Array(3).fill("shown"),
  );
  expect(imageSource("/files/a.png", BASE)).toEqual({ kind: "shown", src: "https://api.example.com/files/a.png" });
  expect(
    kinds([
      "https://elsewhere.example/a.png",
      "//elsewhere.example/a.png",
      "http://api.example.com/a.png",
      "https://api.example.com.evil.example/a.png",
      "javascript:alert(1)",
      "data:text/html,<script>",
      "a.png",
    ]),
  ).toEqual(Array(7).fill("elsewhere"));
  expect(kinds([null, undefined, "", " ", 7])).toEqual(Array(5).fill("none"));
});
