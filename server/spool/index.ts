export { SampleSpool, type SampleSpoolState } from "./sample-spool";
