import type { FlowDraftContent } from "./content.ts";

type Rights = FlowDraftContent["permissions"];

/** What the server says of a node whose flow may not do what it does, such as `permissions.collections has no orders`. */
const LACKS = /permissions\.(actions|collections|fetch|functions) has no ([^\s,]+)$/;
const LACKS_FLAG = /permissions\.(mail|ai) is not true/;

/** The right that a refusal asks for, as a change of the flow's rights; undefined where somebody has to choose. */
export function grantFor(
  message: string,
  rights: Rights,
): { readonly right: string; readonly rights: Rights } | undefined {
  const [, list, value] = LACKS.exec(message) ?? [];
  if (list !== undefined && value !== undefined) {
    const had = rights[list];
    return { right: `${list}: ${value}`, rights: { ...rights, [list]: [...(Array.isArray(had) ? had : []), value] } };
  }
  const [, flag] = LACKS_FLAG.exec(message) ?? [];
  return flag === undefined ? undefined : { right: flag, rights: { ...rights, [flag]: true } };
}

/** Whether a refusal is about rights, whatever field it names. */
export const isAboutRights = (message: string): boolean => message.includes("permissions.");
