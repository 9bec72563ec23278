export { loadEncoding } from "./load-encoding";
export { ranksRoutes } from "./ranks-routes";
