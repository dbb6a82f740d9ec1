import { describe, expect, test } from "bun:test";
import type { Json, JsonObject } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { Services } from "../kernel/services.ts";
import { expressionsOf } from "./environment.ts";
import { expressionBudget } from "./meter.ts";
import { expressionsIn, renderTemplate } from "./template.ts";
import { expressionTurns } from "./turns.ts";

const engine = { services: new Services() } as Engine;
const expressions = await expressionsOf(engine);

const input: JsonObject = {
  total: 120,
  price: 12.5,
  lines: [
    { qty: 1, price: 2 },
    { qty: 2, price: 2.5 },
  ],
  numbers: Array.from({ length: 9000 }, (_, i) => i),
  long: "a".repeat(100_000),
};
const evaluate = (text: string): Json => expressions.evaluate(text, { input, now: new Date(0) }, expressionBudget());

describe("expressions", () => {
  test.each<[string, Json]>([
    ["input.total * 2 + 1", 241],
    ["input.total / 8 > 14.5 && input.total % 7 == 1", true],
    ["input.lines.filter(l, l.qty > 1).map(l, l.qty * l.price)", [5]],
    ["size(input.lines)", 2],
    ['has(input.note) ? input.note : "none"', "none"],
    ['input.?note.orValue("none")', "none"],
    ['now + duration("1h")', "1970-01-01T01:00:00.000Z"],
    ['duration("90s")', 90],
    ['{"a": [1, "b", null]}', { a: [1, "b", null] }],
    ["9223372036854775807", "9223372036854775807"],
  ])("%s", (text, value) => {
    expect(evaluate(text)).toEqual(value);
  });

  test.each([
    // Nothing of JavaScript can be reached.
    ["constructor", /Unsupported|Unknown/],
    ["input.constructor", /No such key/],
    ["input.__proto__", /No such key/],
    ['input["__proto__"]', /No such key/],
    ['"".constructor', /Cannot index/],
    ["input.lines.length", /.+/],
    ["process", /Unknown variable/],
    // What grows, or goes on for long, ends.
    ["input.numbers.map(x, input.numbers.map(y, x))", /200000 steps|elements/],
    ["input.numbers.exists(x, input.numbers.exists(y, y == -1))", /200000 steps/],
    [doubling("input.long"), /characters|steps/],
    [doubling("input.numbers"), /elements|steps/],
    [nested(20), /200000 steps|depth/i],
    ["input.numbers.map(x, input == input)", /200000 steps/],
    ['input.long.matches("(a+)+$")', /no function matches/],
    [`${"(".repeat(100)}1${")".repeat(100)}`, /depth/i],
    [`1${" + 1".repeat(600)}`, /may have|nodes|depth/i],
    ["1 / 0", /division by zero/],
    ["9223372036854775807 + 1", /overflow/],
    ["input.total / 0", /no finite number/],
  ])("refuses %#", (text, reason) => {
    expect(() => evaluate(text)).toThrow(reason);
  });

  test("a failed one leaves nothing behind for the next one", () => {
    expect(() => evaluate("input.numbers.map(x, input.numbers.map(y, x))")).toThrow();
    expect(evaluate("input.total")).toBe(120);
  });

  test.each(["input.numbers.exists(x, x == -1)", "input"])("those of one budget share it: %s", (text) => {
    const budget = expressionBudget();
    const once = () => expressions.evaluate(text, { input }, budget);
    once();
    expect(() => {
      for (let i = 0; i < 30; i++) once();
    }).toThrow(/200000 steps/);
  });

  test("between evaluations, which may be asked for together, others have as much time", async () => {
    const inTurn = expressionTurns(engine);
    let took = 0;
    const order: string[] = [];
    const evaluated = [1, 2, 3].map(() =>
      inTurn(() => {
        const began = performance.now();
        while (performance.now() < began + 5);
        order.push("evaluated");
        setTimeout(() => order.push("other"));
        took += 5;
      }),
    );
    const began = performance.now();
    await Promise.all(evaluated);
    expect(order.slice(0, 5)).toEqual(["evaluated", "other", "evaluated", "other", "evaluated"]);
    expect(performance.now() - began).toBeGreaterThan(took + 2 * 5 - 2);
  });

  test("what is wrong is known before it runs", () => {
    const problem = (text: string) => expressions.problemIn(text, ["input", "line"]);
    expect(problem("line.qty * input.total")).toBeUndefined();
    expect(problem("lin.qty")).toContain("lin");
    expect(problem("input.total +")).toBeDefined();
    expect(problem("input.nothing()")).toContain("nothing");
  });
});

describe("templates", () => {
  test("a text that is one expression becomes its value", () => {
    const template = {
      id: "{{ input.total }}",
      text: 'No. {{ input.total }} {{ {"a": "}}"} }}{{ null }}',
      deep: ["{{ input.lines[0] }}"],
    };
    expect(renderTemplate(template, evaluate)).toEqual({
      id: 120,
      text: 'No. 120 {"a":"}}"}',
      deep: [{ qty: 1, price: 2 }],
    });
  });

  test("its expressions have paths", () => {
    expect(expressionsIn({ a: ["x {{ b }}", { c: "{{ d }}" }] }, "data")).toEqual([
      { path: "data.a.0", expression: "b" },
      { path: "data.a.1.c", expression: "d" },
    ]);
    expect(() => expressionsIn("{{ a", "text")).toThrow("not closed");
  });
});

/** Each level has twice as much as the one before. */
function doubling(value: string): string {
  const names = "abcdefghijklmnop";
  return [...names].reduceRight(
    (inner, name, i) => `cel.bind(${name}, ${names[i - 1] ?? value} + ${names[i - 1] ?? value}, ${inner})`,
    "size(p)",
  );
}

function nested(levels: number): string {
  const list = "[1,2,3,4,5,6,7,8,9]";
  return Array.from({ length: levels }).reduce<string>((inner, _, i) => `${list}.map(x${i}, ${inner})`, "1");
}
