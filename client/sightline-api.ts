import type { AppRouter } from "@/server/trpc/root";
import type { SightlineCallOptions } from "./index";

/** What a call takes: nothing, something that may be left out, or an input. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- tRPC's own word for "no input"
type Call<Input, Output> = [Input] extends [void]
  ? (input?: undefined, options?: SightlineCallOptions) => Promise<Output>
  : undefined extends Input
    ? (input?: Input, options?: SightlineCallOptions) => Promise<Output>
    : (input: Input, options?: SightlineCallOptions) => Promise<Output>;

interface Types<Input, Output> {
  input: Input;
  output: Output;
}

type ApiOf<Entry> = Entry extends {
  _def: { type: "query"; $types: Types<infer Input, infer Output> };
}
  ? { readonly query: Call<Input, Output> }
  : Entry extends { _def: { type: "mutation"; $types: Types<infer Input, infer Output> } }
    ? { readonly mutate: Call<Input, Output> }
    : { readonly [Name in keyof Entry]: ApiOf<Entry[Name]> };

/** One member a procedure, by the type of the root router. The built package has the same written out (scripts/build.mjs). */
export type SightlineApi = ApiOf<AppRouter["_def"]["record"]>;
