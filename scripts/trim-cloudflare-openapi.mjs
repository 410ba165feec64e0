// Writes __tests__/support/cloudflare-openapi.json: what Cloudflare publishes about the endpoints we call, and no
// more. The repository it comes from has gigabytes of history:
//
//   git clone --filter=blob:none --no-checkout https://github.com/cloudflare/api-schemas
//   cd api-schemas && git show cca3064f1aba08cc6cef52fc7b3d3064a9eafcc9:openapi.json > /tmp/openapi.json
//   node <work tree>/scripts/trim-cloudflare-openapi.mjs /tmp/openapi.json cca3064f1aba08cc6cef52fc7b3d3064a9eafcc9
//
// What that version lacks is written by hand below, from Cloudflare's documentation, and the document's `info`
// names each such part. A version that has a part is believed rather than ours.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openapiText, pick, trimmed } from "./openapi.mjs";

const VERIFY = "/accounts/{account_id}/tokens/verify";
const RECORDS = "/zones/{zone_id}/dns_records";
const BATCH = `${RECORDS}/batch`;
const OPERATIONS = {
  "/user/tokens/verify": ["get"],
  [VERIFY]: ["get"],
  "/zones": ["get"],
  [RECORDS]: ["get"],
  [BATCH]: ["post"],
};

const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema) => ({ content: { "application/json": { schema } } });
const listOf = (items) => ({ type: "array", items });
const object = (properties, required) => ({ type: "object", properties, ...(required ? { required } : {}) });
const path = (name, schema) => ({ name, in: "path", required: true, schema });

const id = ref("dns-records_identifier");
const fields = {
  type: { type: "string" },
  name: ref("dns-records_name"),
  content: { type: "string" },
  ttl: ref("dns-records_ttl"),
  proxied: ref("dns-records_proxied"),
  comment: ref("dns-records_comment"),
  tags: ref("dns-records_tags"),
};
const changed = object({ id, ...fields }, ["id"]);
const records = listOf(ref("dns-records_dns-record"));

/** https://developers.cloudflare.com/api/resources/dns/subresources/records/methods/batch/ */
const batch = {
  operationId: "dns-records-for-a-zone-batch-dns-records",
  parameters: [path("zone_id", id)],
  requestBody: {
    required: true,
    ...json(
      object({
        deletes: listOf(object({ id }, ["id"])),
        patches: listOf(changed),
        puts: listOf({ allOf: [changed], required: ["id", "type", "name", "content", "ttl"] }),
        posts: listOf(object(fields, ["type", "name", "content", "ttl"])),
      }),
    ),
  },
  responses: {
    200: json({
      allOf: [
        ref("dns-records_api-response-single"),
        object({ result: object({ deletes: records, patches: records, puts: records, posts: records }) }),
      ],
    }),
    "4xx": json(ref("dns-records_api-response-common-failure")),
  },
};

/** https://developers.cloudflare.com/api/resources/accounts/subresources/tokens/methods/verify/ */
const verifyOfAccount = {
  operationId: "account-api-tokens-verify-token",
  parameters: [path("account_id", { type: "string", minLength: 32, maxLength: 32 })],
  responses: {
    200: json(ref("iam_response_single_segment")),
    "4xx": json(ref("iam_api-response-common-failure")),
  },
};

/** https://developers.cloudflare.com/api/resources/zones/methods/list/ */
const ofZone = {
  status: { type: "string", enum: ["initializing", "pending", "active", "moved"] },
  paused: { type: "boolean" },
  type: { type: "string", enum: ["full", "partial", "secondary", "internal"] },
  plan: object({ legacy_id: { type: "string", enum: ["free", "pro", "business", "enterprise"] } }),
};

/** The published document with what it lacks, and the names of those parts. */
function completed(published) {
  const byHand = [];
  const filled = (where, members, known) => {
    const missing = Object.keys(members).filter((key) => !Object.hasOwn(known, key));
    byHand.push(...missing.map((key) => `${where}${key}`));
    return { ...known, ...pick(members, missing) };
  };
  const paths = filled("", { [VERIFY]: { get: verifyOfAccount }, [BATCH]: { post: batch } }, published.paths);
  const { schemas } = published.components;
  const zone = schemas.zones_zone;
  const properties = filled("zones_zone.", ofZone, zone.properties);
  const components = {
    ...published.components,
    schemas: {
      ...schemas,
      zones_zone: { ...zone, properties },
      // Cloudflare answers with null where there is none.
      "dns-records_comment": { ...schemas["dns-records_comment"], nullable: true },
    },
  };
  byHand.push("dns-records_comment: null");
  return { document: { ...published, paths, components }, byHand };
}

const [file, commit] = process.argv.slice(2);
if (!file || !commit) throw new Error("name the file openapi.json of cloudflare/api-schemas, and its commit");
const { document, byHand } = completed(JSON.parse(readFileSync(file, "utf8")));
const info = {
  ...pick(document.info, ["title", "version"]),
  license: pick(document.info.license, ["name", "url"]),
  "x-source": `github.com/cloudflare/api-schemas, openapi.json at ${commit}, cut down by scripts/trim-cloudflare-openapi.mjs`,
  "x-by-hand": byHand,
  "x-copyright": "Copyright (c) 2022, Cloudflare",
};
const text = openapiText(info, trimmed(document, OPERATIONS));
const target = fileURLToPath(new URL("../__tests__/support/cloudflare-openapi.json", import.meta.url));
writeFileSync(target, text);
console.log(`${target}: ${text.length} bytes`);
