export type { SystemContext } from "./read-about";
