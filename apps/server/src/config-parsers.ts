import { outgoingProblem, type PrivateHosts, readMailAddress } from "@plinth/core";
import * as z from "zod";

/** Parsers of settings. An issue's message completes the sentence "… it must be …". */

export const whole = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: `it must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);

export const webAddress = z
  .string()
  .refine((text) => isOrigin(text.replace(/\/$/, "")), {
    error: "it must be an address such as https://api.example.com, without a path",
  })
  .transform((text) => text.replace(/\/$/, ""));

export const origins = z.string().transform((text, context) => {
  const list = text.split(",").map((origin) => origin.trim().replace(/\/$/, ""));
  const wrong = list.find((origin) => origin !== "*" && !isOrigin(origin));
  if (wrong === undefined) return list;
  const why = wrong.includes("*") ? "is a pattern; list each origin" : "is none";
  context.addIssue(`it must be * or origins such as https://app.example.com, separated by commas ("${wrong}" ${why})`);
  return z.NEVER;
});

export const hostNames = z.string().transform((text, context) => {
  const list = text.split(",").map((name) => name.trim().toLowerCase());
  const wrong = list.find((name) => name !== "*" && URL.parse(`http://${name}/`)?.hostname !== name);
  if (wrong === undefined) return list;
  context.addIssue(
    `it must be * or host names such as box.local, without ports, separated by commas ("${wrong}" is none)`,
  );
  return z.NEVER;
});

/** Of a service that whoever runs the server has chosen, which may be inside. */
export const serviceAddress = z.string().refine((text) => outgoingProblem(text, true) === undefined, {
  error: "it must be an address such as https://example.com/siteverify, without a password",
});

/** All, none, or hosts as `isListed` of the core compares them. */
export const privateHosts = z.string().transform((text, context): PrivateHosts => {
  if (text === "allow" || text === "refuse") return text === "allow";
  const list = text.split(",").map((host) => host.trim().toLowerCase());
  const wrong = list.find((host) => {
    const name = host.replace(/:\d{1,5}$/, "");
    return name.includes("*") || URL.parse(`http://${name}/`)?.hostname !== name;
  });
  if (wrong === undefined) return new Set(list);
  context.addIssue(
    `it must be allow, refuse, or hosts such as keycloak.internal or 10.0.0.7:8080, separated by commas ("${wrong}" is none)`,
  );
  return z.NEVER;
});

export const domains = z.string().transform((text, context) => {
  const list = text.split(",").map((name) => name.trim().toLowerCase());
  const wrong = list.find((name) => !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name));
  if (wrong === undefined) return list;
  context.addIssue(`it must be domains such as example.com, separated by commas ("${wrong}" is none)`);
  return z.NEVER;
});

export const mailAddress = z.string().transform((text, context) => {
  const address = readMailAddress(text);
  if (address) return address;
  context.addIssue("it must be an address such as no-reply@example.com or Example <no-reply@example.com>");
  return z.NEVER;
});

export const pages = z.string().transform((text, context) => {
  const list = text.split(",").map((page) => page.trim());
  const wrong = list.find((page) => !isPage(page));
  if (wrong === undefined) return list;
  context.addIssue(
    `it must be addresses such as https://app.example.com/welcome, without # and separated by commas ("${wrong}" is none)`,
  );
  return z.NEVER;
});

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  // A browser's origin never has a star, and it is not a pattern here.
  if (url === null || text.includes("*")) return false;
  return /^https?:$/.test(url.protocol) && url.origin.toLowerCase() === text.toLowerCase();
}

/** A page's address as browsers write it, so that comparing texts is enough. */
function isPage(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.hash === "" && !text.includes("*") && url.href === text;
}
