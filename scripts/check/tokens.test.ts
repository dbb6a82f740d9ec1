import { describe, expect, test } from "bun:test";
import { readSource } from "./files.ts";
import { tokenize } from "./tokens.ts";

const names = (source: string) =>
  tokenize(source)
    .filter((token) => token.kind === "name")
    .map((token) => token.text);

describe("tokenize", () => {
  test("leaves comments out and keeps line numbers", () => {
    const tokens = tokenize("// process\n/* Bun\n Deno */ x");
    expect(tokens).toEqual([{ kind: "name", text: "x", line: 3 }]);
  });

  test("reads strings as strings, escapes included", () => {
    expect(tokenize(`"a\\"b" 'c' y`).map((token) => token.text)).toEqual([`a"b`, "c", "y"]);
  });

  test("looks into the expressions of a template, nested ones too", () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: these strings are source code
    expect(names("`plain ${outer(`${inner}`)} text` + after")).toEqual(["outer", "inner", "after"]);
    expect(names("`${{ a: { b } }}` + c")).toEqual(["a", "b", "c"]);
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: these strings are source code
  });

  test("tells a regular expression from a division", () => {
    expect(names("x = /[\"'`]/g; y")).toEqual(["x", "y"]);
    expect(names("a / b; c / d")).toEqual(["a", "b", "c", "d"]);
    expect(names("return /[/]process/.test(z)")).toEqual(["return", "test", "z"]);
  });

  test("skips the line that names an interpreter", () => {
    expect(tokenize("#!/usr/bin/env bun\nx")).toEqual([{ kind: "name", text: "x", line: 2 }]);
  });

  test("ends quietly on an unfinished file", () => {
    expect(names("a `b")).toEqual(["a"]);
    expect(names("a /* b")).toEqual(["a"]);
    expect(names('a "b')).toEqual(["a"]);
  });

  describe("in a file with elements", () => {
    const tokens = (source: string) => tokenize(source, { jsx: true });
    const texts = (source: string) => tokens(source).map(({ kind, text }) => (kind === "string" ? `"${text}"` : text));
    const joined = (source: string) => texts(source).join(" ");

    test("the text between tags is a text, whatever it looks like", () => {
      expect(joined("x = <p>It's 1/2 of `all` // process\n</p>; after")).toBe(
        'x = < p > "It\'s 1/2 of `all` // process" < / p > ; after',
      );
      expect(joined("return <a>{b}</a>;")).toBe("return < a > { b } < / a > ;");
      expect(joined("() => <>a<br /> / b/ </>; c / d")).toBe('( ) = > < > "a" < br / > "/ b/" < / > ; c / d');
    });

    test("a closing tag is no regular expression, and neither is what follows an element", () => {
      expect(tokens("x = <a></a>; y = <b></b>; /c/").filter(({ kind }) => kind === "regex")).toHaveLength(1);
      expect(joined("f(<a />, /b/)")).toBe("f ( < a / > , /b/ )");
    });

    test("attributes have code, texts on several lines without escapes, and comments", () => {
      expect(joined('(<A.B x-y="a\\" z=\'it is "so"\n\' {...rest} on={() => <i>{`t`}</i>} // no\n />)')).toBe(
        '( < A . B x - y = "a\\" z = "it is "so"\n" { ... rest } on = { ( ) = > < i > { "t" } < / i > } / > )',
      );
    });

    test("elements are inside of code inside of elements", () => {
      expect(joined("a && (<ul>{b.map((c) => <li key={c}>{c > 1 ? <b>don't</b> : c}</li>)}</ul>)")).toBe(
        'a & & ( < ul > { b . map ( ( c ) = > < li key = { c } > { c > 1 ? < b > "don\'t" < / b > : c } < / li > ) } < / ul > )',
      );
    });

    test("comparisons and type arguments open no element", () => {
      expect(joined("a < b && c > d; f<T>(x); new Map<string, 'y'>(); if (a <b) 'z'")).toBe(
        'a < b & & c > d ; f < T > ( x ) ; new Map < string , "y" > ( ) ; if ( a < b ) "z"',
      );
      expect(joined("const f = <T,>(x: T) => 'y'; const g = <T extends U>(x: T) => 'y'; h")).toEndWith("; h");
      expect(joined("type F = <T>(x: T) => void; const it = 'y'; h")).toEndWith('= "y" ; h');
      expect(joined("(<List<Map<'a', () => void>> of={b}>it's</List>)")).toEndWith('> "it\'s" < / List > )');
      expect(joined("x = <p>(it's)</p>; y")).toEndWith('> "(it\'s)" < / p > ; y');
    });

    test("lines are counted", () => {
      const lines = tokens('x = (\n  <p\n    a="b\nc"\n  >\n    one\n    {two}\n  </p>\n);');
      expect(lines.filter(({ text }) => ["p", "one", "two", ";"].includes(text)).map(({ line }) => line)).toEqual([
        2, 6, 7, 8, 9,
      ]);
    });

    test("imports behind an element are read", () => {
      const source = "const a = <p>don't</p>;\nimport b from './b.ts';\nconst c = () => <q>`</q>;\nimport('./d.ts');";
      expect(readSource("a.tsx", source).imports.map(({ specifier }) => specifier)).toEqual(["./b.ts", "./d.ts"]);
    });

    test("an unfinished file ends quietly", () => {
      for (const source of ["x = <p>it's", "x = <p a='", "x = <p a={", "x = <", "x = <p", "x = <p></"]) tokens(source);
    });
  });
});
