import type { Route } from "@/server/http/route";
import type { Policy } from "@/server/policy/policy";
import type { GeneratedRoute } from "../generated-routes";
import type { JsonSchema } from "../json-schema";
import { operationIdOf } from "../rest-address";
import { procedureTexts } from "../written/procedure-texts";
import type { DescribedParameter, RouteDescription } from "../written/route-description";
import type { SchemaUse } from "./describe-schemas";
import { exampleOf } from "./example-of";
import type { Answer, MediaType, Parameter } from "./open-api";
import { writtenExamples } from "./written-examples";

interface Described {
  schemaOf: ReadonlyMap<SchemaUse, JsonSchema>;
  components: Record<string, JsonSchema>;
}

/** An operation whose schemas are still to be described together with those of all others. */
export interface Draft {
  path: string;
  method: "get" | "post";
  operationId: string;
  tag: string;
  summary: string;
  description: string;
  policy: Policy;
  procedure: string | null;
  hasInput: boolean;
  /** Of the body. */
  bodyContentType: string;
  uses: SchemaUse[];
  complete: (described: Described) => {
    parameters: Parameter[];
    body: MediaType | null;
    answers: Record<string, Answer>;
  };
}

const JSON_TYPE = "application/json";

/** A POST is taken as JSON unless a route says more (that is what keeps forms of other sites out), also where there is nothing to say. */
const emptyBody: MediaType = { schema: { type: "object" }, example: {} };

const methodOf = (method: Route["method"]) => (method === "GET" ? "get" : "post");
const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** The twin of a procedure: everything is known from its schemas and its line in procedure-texts.ts. */
export function describeGenerated(route: GeneratedRoute): Draft {
  const { path, policy, input, output } = route.procedure;
  const operationId = operationIdOf(path);
  const [summary, description = ""] = procedureTexts[path] ?? [path];
  const name = capital(operationId);
  const inputUse: SchemaUse | null = input && { name: `${name}Input`, schema: input, io: "input" };
  const outputUse: SchemaUse = { name: `${name}Answer`, schema: output, io: "output" };
  return {
    path: route.path,
    method: methodOf(route.method),
    operationId,
    tag: path.split(".")[0] ?? path,
    summary,
    description,
    policy,
    procedure: path,
    hasInput: input !== null,
    bodyContentType: JSON_TYPE,
    uses: inputUse ? [inputUse, outputUse] : [outputUse],
    complete({ schemaOf, components }) {
      const schema = inputUse && (schemaOf.get(inputUse) ?? {});
      const example =
        writtenExamples[path] ?? (schema ? exampleOf(schema, { components }) : undefined);
      return {
        parameters: schema && route.parameters ? parametersOf(schema, { components, example }) : [],
        body: route.parameters ? null : schema ? { schema, example } : emptyBody,
        answers: { "200": jsonOf("The answer", schemaOf.get(outputUse) ?? {}, components) },
      };
    },
  };
}

/** A query whose input is flat: each property is a parameter. */
function parametersOf(
  schema: JsonSchema,
  { components, example }: { components: Record<string, JsonSchema>; example: unknown },
): Parameter[] {
  const whole = resolve(schema, components);
  const examples = new Map(Object.entries(example ?? {}));
  return Object.entries(whole.properties ?? {}).map(([name, property]) => ({
    name,
    in: "query",
    required: whole.required?.includes(name) === true,
    schema: property,
    ...(examples.has(name) && { example: examples.get(name) as unknown }),
  }));
}

function resolve(schema: JsonSchema, components: Record<string, JsonSchema>): JsonSchema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : (components[name] ?? {});
}

/** A route of a feature, by its description. One without is in the document all the same, as far as it is known. */
export function describeWritten(
  route: Pick<Route, "method" | "path" | "policy">,
  description: RouteDescription = unknownRoute(route),
): Draft {
  const { operationId, parameters = [], body, bodyContentType = JSON_TYPE } = description;
  const name = capital(operationId);
  const parameterUses = parameters.map((parameter) => ({
    parameter,
    use: {
      name: `${name}${capital(parameter.name)}`,
      schema: parameter.schema,
      io: "input",
    } as const,
  }));
  const bodyUse: SchemaUse | null = body
    ? { name: `${name}Input`, schema: body, io: "input" }
    : null;
  const answerUses = description.answers.map((answer) => ({
    answer,
    use: answer.schema
      ? ({ name: `${name}Answer${answer.status}`, schema: answer.schema, io: "output" } as const)
      : null,
  }));
  return {
    path: route.path,
    method: methodOf(route.method),
    operationId,
    tag: description.tag,
    summary: description.summary,
    description: description.description ?? "",
    policy: route.policy,
    procedure: null,
    hasInput: parameters.length > 0 || body !== undefined,
    bodyContentType,
    uses: [
      ...parameterUses.map(({ use }) => use),
      ...(bodyUse ? [bodyUse] : []),
      ...answerUses.flatMap(({ use }) => use ?? []),
    ],
    complete({ schemaOf, components }) {
      const bodySchema = bodyUse && (schemaOf.get(bodyUse) ?? {});
      return {
        parameters: parameterUses.map(({ parameter, use }) =>
          parameterOf(parameter, schemaOf.get(use) ?? {}),
        ),
        body: bodySchema
          ? {
              schema: bodySchema,
              ...(bodyContentType === JSON_TYPE && {
                example: exampleOf(bodySchema, { components }),
              }),
            }
          : route.method === "POST"
            ? emptyBody
            : null,
        answers: Object.fromEntries(
          answerUses.map(({ answer, use }) => {
            const { status, description: text, contentType = "application/json" } = answer;
            const schema = use && (schemaOf.get(use) ?? {});
            if (!schema)
              return [
                String(status),
                {
                  description: text,
                  ...(answer.contentType !== undefined && { content: { [contentType]: {} } }),
                },
              ];
            return [
              String(status),
              contentType === "application/json"
                ? jsonOf(text, schema, components)
                : { description: text, content: { [contentType]: { schema } } },
            ];
          }),
        ),
      };
    },
  };
}

function parameterOf(parameter: DescribedParameter, schema: JsonSchema): Parameter {
  const { name, isRequired = false, isRepeated = false, description, example } = parameter;
  return {
    name,
    in: parameter.in ?? "query",
    required: isRequired,
    description,
    schema: isRepeated ? { type: "array", items: schema } : schema,
    ...(example !== undefined && { example: isRepeated ? [example] : example }),
  };
}

function jsonOf(
  description: string,
  schema: JsonSchema,
  components: Record<string, JsonSchema>,
): Answer {
  const example = exampleOf(schema, { components });
  return { description, content: { "application/json": { schema, example } } };
}

function unknownRoute({ method, path }: Pick<Route, "method" | "path">): RouteDescription {
  const words = path.split(/[^a-z\d]+/i).filter((word) => word !== "");
  return {
    operationId: [method.toLowerCase(), ...words.map(capital)].join(""),
    tag: words[1] ?? "system",
    summary: `${method} ${path}`,
    answers: [{ status: 200, description: "The answer", contentType: "*/*" }],
  };
}
