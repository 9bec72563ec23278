export { clientTypes } from "./client-types";
export { createRestApi } from "./create-rest-api";
