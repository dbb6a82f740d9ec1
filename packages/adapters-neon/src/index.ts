export { type NeonHttpOptions, neonHttp } from "./neon-http.ts";
