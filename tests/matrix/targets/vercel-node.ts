import { nodeFunction } from "./node-function.ts";

export const vercelNodePostgres = nodeFunction("vercel node", "vercel-node", "vercel-node-host.ts");
