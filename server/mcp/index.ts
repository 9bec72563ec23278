export { mcpRoutes } from "./routes";
