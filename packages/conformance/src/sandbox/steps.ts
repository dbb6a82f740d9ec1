import { equal } from "../assert.ts";
import type { Case } from "../case.ts";
import { type ProgramRunner, resultOf } from "./program.ts";

/** `context.step`, whose results the server keeps. */
export function stepCases(open: () => Promise<ProgramRunner>): Case[] {
  return [
    {
      name: "a step whose result is kept is not run, and others tell their result or that they failed",
      async run() {
        const seen: unknown[][] = [];
        const noted = (name: string, answer: (values: readonly unknown[]) => unknown) => ({
          [name]: async (values: readonly unknown[]) => {
            seen.push([name, ...values]);
            return answer(values);
          },
        });
        const calls = {
          ...noted("$step.begin", ([name]) => (name === "kept" ? { kept: true, result: 1 } : { kept: false })),
          ...noted("$step.end", ([, result]) => result),
          ...noted("$step.fail", () => undefined),
          ...noted("$step.sleep", () => undefined),
        };
        const body = `const { step } = context;
          const kept = await step.run("kept", () => { throw new Error("run again"); });
          const { a, b } = await step.all({ a: () => 2, b: async () => 3 });
          const failed = await step.run("fails", () => { throw new Error("no"); }).catch(({ message }) => message);
          const odd = await step.run("odd", () => () => {}).catch(({ name }) => name);
          await step.sleep("later", 5);
          return [kept, a, b, failed, odd, Object.keys(context)];`;
        equal(await resultOf(await open(), body, { calls, limits: { calls: 1 } }), [
          1,
          2,
          3,
          "no",
          "DataCloneError",
          ["step"],
        ]);
        equal(
          seen.filter(([name]) => name !== "$step.begin"),
          [
            ["$step.end", "a", 2],
            ["$step.end", "b", 3],
            ["$step.fail", "fails"],
            ["$step.fail", "odd"],
            ["$step.sleep", "later", 5],
          ],
        );
      },
    },
  ];
}
