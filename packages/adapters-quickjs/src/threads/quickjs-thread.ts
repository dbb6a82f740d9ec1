import { bundledEngine } from "../bundled-engine.ts";
import { servePrograms } from "./serve-programs.ts";

servePrograms(bundledEngine);
