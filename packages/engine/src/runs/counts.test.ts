import { expect, test } from "bun:test";
import { RunCounts } from "./counts.ts";

test("more groups than are counted are not looked at for each of their runs", () => {
  const counts = new RunCounts();
  const note = () => {
    for (let n = 0; n < 12_000; n++) counts.note({ workspaceId: "w", kind: "job", name: `n${n}` });
    let due = 0;
    while (counts.take()) due++;
    return due;
  };
  expect(note()).toBeLessThan(10_200);
  for (let again = 0; again < 3; again++) expect(note()).toBeLessThan(200);
});
