import { expect, test } from "bun:test";
import { s3SamplesOf } from "./s3-samples.ts";

const KEY = { access_key_id: "PLNTA", secret_access_key: "s3cret", prefix: "" };
const codeOf = (label: string, key: object = {}) =>
  s3SamplesOf({ ...KEY, ...key }, "https://example.com/s3", "photos").find((sample) => sample.label === label)!.code;

test("each client gets the endpoint, both parts of the key and the bucket", () => {
  for (const { code } of s3SamplesOf(KEY, "https://example.com/s3", "photos"))
    for (const part of ["https://example.com/s3", "PLNTA", "s3cret", "photos", "us-east-1"])
      expect(code).toContain(part);
});

test("a first call asks for what the key may see, and shells get it in quotes", () => {
  const key = { prefix: "Zoë's/2026" };
  expect(codeOf("AWS CLI", key)).toEndWith(`aws s3 ls 's3://photos/Zoë'\\''s/2026'`);
  expect(codeOf("rclone", key)).toEndWith(`rclone ls 'plinth:photos/Zoë'\\''s/'`);
  expect(codeOf("Python", key)).toContain(`Prefix="Zoë's/2026"`);
});
