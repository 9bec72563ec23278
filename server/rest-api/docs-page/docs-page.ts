import { createHash } from "node:crypto";
import { errorCodes } from "../document/error-codes";
import { guide } from "../document/guide";
import type { Answer, OpenApiDocument, Operation } from "../document/open-api";
import { policyTexts } from "../document/policy-texts";
import { curlOf } from "./curl-of";
import { docsStyle } from "./docs-style";
import { Html, markup, nothing, prose } from "./markup";
import { fieldsHtml, optional, typeHtml, usualHtml } from "./schema-html";

interface Placed {
  method: "get" | "post";
  path: string;
  operation: Operation;
}

/** Nothing but its own style may act on the page: no script, no image, no request. */
export const docsPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(docsStyle).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** In one piece: its hash is over exactly this text. */
const styleElement = new Html(`<style>${docsStyle}</style>`);

/** The document as a page that works without scripts. Links go to anchors; what is long is folded. */
export function docsPage(document: OpenApiDocument): string {
  const groups = document.tags.map((tag) => ({
    ...tag,
    operations: operationsOf(document).filter(({ operation }) => operation.tags[0] === tag.name),
  }));
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Sightline API</title>
        ${styleElement}
      </head>
      <body>
        <a class="skip" href="#content">To the content</a>
        <div class="frame">
          <nav aria-label="Contents">
            <p class="brand">Sightline API ${document.info.version}</p>
            <ul>
              <li><a href="/">Back to the portal</a></li>
              ${guide.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}
              ${groups.map(
                ({ name, operations }) =>
                  markup`<li>
                    <details>
                      <summary>${name}</summary>
                      <ul>
                        <li><a href="#tag-${name}">About ${name}</a></li>
                        ${operations.map(({ operation, path }) => markup`<li><a href="#${operation.operationId}">${shortOf(operation, path)}</a></li>`)}
                      </ul>
                    </details>
                  </li>`,
              )}
              <li><a href="#schemas">Schemas</a></li>
            </ul>
          </nav>
          <main id="content">
            <h1>Sightline API</h1>
            <p>
              Everything that a page shows, another tool can read. The same as a document for
              programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1).
            </p>
            ${guide.map(guidePart)}
            ${groups.map(
              ({ name, description, operations }) =>
                markup`<section aria-labelledby="tag-${name}">
                  <h2 id="tag-${name}">${name}</h2>
                  <p>${description}</p>
                  ${operations.map(operationHtml)}
                </section>`,
            )}
            <section aria-labelledby="schemas">
              <h2 id="schemas">Schemas</h2>
              ${Object.entries(document.components.schemas).map(
                ([name, schema]) =>
                  markup`<article>
                    <details>
                      <summary><code>${name}</code></summary>
                      <div id="schema-${name}">${fieldsHtml(schema)}</div>
                    </details>
                  </article>`,
              )}
            </section>
          </main>
        </div>
      </body>
    </html> `;
  return page.text;
}

function operationsOf({ paths }: OpenApiDocument): Placed[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    (["get", "post"] as const).flatMap((method) => {
      const operation = item[method];
      return operation ? [{ method, path, operation }] : [];
    }),
  );
}

function shortOf(operation: Operation, path: string): string {
  return operation["x-procedure"] ?? path;
}

function guidePart({ id, title, paragraphs }: (typeof guide)[number]): Html {
  const table = id === "errors" ? errorTable() : id === "keys" ? policyTable() : nothing;
  return markup`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${paragraphs.map((paragraph) => markup`<p>${prose(paragraph)}</p>`)}${table}
  </section>`;
}

function errorTable(): Html {
  const rows = Object.entries(errorCodes).map(
    ([code, { status, meaning }]) =>
      markup`<tr>
        <td><code>${code}</code></td>
        <td>${status}</td>
        <td>${meaning}</td>
      </tr>`,
  );
  return markup`<table>
    <thead>
      <tr>
        <th scope="col">Code</th>
        <th scope="col">Status</th>
        <th scope="col">When, and what to do</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function policyTable(): Html {
  const rows = Object.entries(policyTexts).map(
    ([policy, text]) =>
      markup`<tr>
        <td><code>${policy}</code></td>
        <td>${text}</td>
      </tr>`,
  );
  return markup`<table>
    <thead>
      <tr>
        <th scope="col">Policy</th>
        <th scope="col">Who</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function operationHtml({ method, path, operation }: Placed): Html {
  const { operationId, summary, description, parameters = [], requestBody } = operation;
  const [first = ""] = description.split("**Who:**");
  const body = requestBody?.content["application/json"];
  const procedure = operation["x-procedure"];
  return markup`<article aria-labelledby="${operationId}">
    <h3 id="${operationId}">
      <span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code>
    </h3>
    <p>${prose(summary)}.</p>
    ${first.trim() === "" ? nothing : markup`<p>${prose(first.trim())}</p>`}
    <p class="who">
      Policy <code>${operation["x-policy"]}</code>:
      ${policyTexts[operation["x-policy"]]}${
        procedure === undefined ? "" : markup` In tRPC: <code>${procedure}</code>.`
      }
    </p>
    ${
      parameters.length === 0
        ? nothing
        : markup`<details open>
            <summary>Parameters</summary>
            ${parametersHtml(parameters)}
          </details>`
    }
    ${
      body
        ? markup`<details>
            <summary>Body</summary>
            ${schemaOrLink(body.schema)}${jsonHtml(body.example)}
          </details>`
        : nothing
    }
    <details>
      <summary>Answers</summary>
      ${Object.entries(operation.responses).map(([status, answer]) => answerHtml(status, answer))}
    </details>
    <details>
      <summary>curl</summary>
      <pre>${curlOf(method, path, operation)}</pre>
    </details>
  </article>`;
}

function parametersHtml(parameters: NonNullable<Operation["parameters"]>): Html {
  const rows = parameters.map(
    ({ name, required, schema, description, in: place }) =>
      markup`<dt><code>${name}</code>${required ? nothing : optional}${place === "header" ? markup` <span class="note">header</span>` : nothing}</dt>
        <dd><span class="type">${typeHtml(schema)}</span>${usualHtml(schema)}. ${description ?? ""}</dd>`,
  );
  return markup`<dl>${rows}</dl>`;
}

function answerHtml(status: string, answer: Answer | { $ref: string }): Html {
  if ("$ref" in answer) {
    const code = answer.$ref.split("/").at(-1) ?? "";
    return markup`<p><a href="#errors">${status} ${code}</a></p>`;
  }
  const [type, content] = Object.entries(answer.content ?? {})[0] ?? [];
  const kind = type === undefined || type === "application/json" ? "" : ` (${type})`;
  return markup`<p><strong>${status}</strong> ${answer.description}${kind}</p>
    ${content?.schema ? schemaOrLink(content.schema) : nothing}${jsonHtml(content?.example)}`;
}

function schemaOrLink(schema: OpenApiDocument["components"]["schemas"][string] = {}): Html {
  return schema.$ref === undefined ? fieldsHtml(schema) : markup`<p>${typeHtml(schema)}</p>`;
}

function jsonHtml(example: unknown): Html {
  if (example === undefined) return nothing;
  return markup`<pre>${JSON.stringify(example, null, 2)}</pre>`;
}
