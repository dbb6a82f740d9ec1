import { expect, test } from "bun:test";
import { isInRange, parseIp, parseIpRange } from "../src/ip-range.ts";

const contains = (range: string, address: string) => isInRange(parseIp(address)!, parseIpRange(range)!);

test("an address is in a range of its own kind", () => {
  expect(contains("203.0.113.0/24", "203.0.113.255")).toBe(true);
  expect(contains("203.0.113.0/24", "203.0.114.0")).toBe(false);
  expect(contains("203.0.113.7", "203.0.113.7")).toBe(true);
  expect(contains("203.0.113.7", "203.0.113.8")).toBe(false);
  expect(contains("203.0.112.0/23", "203.0.113.9")).toBe(true);
  expect(contains("0.0.0.0/0", "8.8.8.8")).toBe(true);
  expect(contains("2001:db8::/32", "2001:db8:ffff::1")).toBe(true);
  expect(contains("2001:db8::/33", "2001:db8:8000::1")).toBe(false);
  expect(contains("2001:db8::1", "2001:0DB8:0:0:0:0:0:1")).toBe(true);
  expect(contains("::/0", "203.0.113.7")).toBe(false);
});

test("an IPv4 address within IPv6 counts as IPv4", () => {
  expect(contains("203.0.113.0/24", "::ffff:203.0.113.9")).toBe(true);
  expect(contains("203.0.113.0/24", "::ffff:cb00:7109")).toBe(true);
  expect(contains("::ffff:203.0.113.0/120", "203.0.113.9")).toBe(true);
});

test("what is no address or range is refused", () => {
  const addresses = [
    "",
    "1.2.3",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4.5",
    "::1::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "12345::",
    "g::",
    ":::",
    "1.2.3.4::",
  ];
  for (const text of addresses) expect([text, parseIp(text)]).toEqual([text, undefined]);
  const ranges = [
    "1.2.3.4/33",
    "1.2.3.4/-1",
    "1.2.3.4/",
    "1.2.3.4/8",
    "2001:db8::1/32",
    "::/129",
    "1.2.3.0/24/8",
    "::ffff:1.2.3.0/90",
  ];
  for (const text of ranges) expect([text, parseIpRange(text)]).toEqual([text, undefined]);
});
