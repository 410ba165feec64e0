import { createHash } from "node:crypto";
import { z } from "zod";
import { byBytes } from "./json.ts";

/** The files of a snapshot that its manifest answers for. */
export const SIGNED = ["plan.json", "state.json", "flake.nix", "flake.lock"] as const;

/** The manifest's own file. */
export const MANIFEST = "manifest.json";

/** Files of the snapshot's folder that a plan replaces; all others in it are somebody else's. */
export const OURS: readonly string[] = [...SIGNED, MANIFEST];

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** manifest.json: which files were written together. */
export const manifestSchema = z.strictObject({
  schema: z.literal(1),
  planId: hash,
  tool: z.string().describe("The version of hostenv-provider that wrote the snapshot."),
  files: z.partialRecord(z.enum(SIGNED), hash).describe("Hex SHA-256 of each file, those that exist."),
  sourceFolders: z
    .strictObject({ nodes: z.string(), secrets: z.string() })
    .optional()
    .describe(
      "Folders whose files are part of the plan's id, so that it can be made again without evaluating.",
    ),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** Texts of a snapshot's files by name. */
export type Texts = Readonly<Record<string, string>>;

/** How a file of a snapshot is not what its manifest says. */
export interface Discrepancy {
  readonly file: string;
  /** `unreadable` stands for the manifest alone: conflict markers, or another version's. */
  readonly how: "differs" | "missing" | "unexpected" | "unreadable";
}

/** What a manifest says besides what its files hold. */
export type Signature = Pick<Manifest, "planId" | "tool" | "sourceFolders">;

/** The manifest of files that are written together; files it does not answer for are left out. */
export function manifestOf(files: Texts, { planId, tool, sourceFolders }: Signature): Manifest {
  const names = SIGNED.filter((name) => Object.hasOwn(files, name)).sort(byBytes);
  const hashes = names.map((name) => [name, sha256(files[name] as string)]);
  const folders = sourceFolders ? { sourceFolders: { ...sourceFolders } } : {};
  return { schema: 1, planId, tool, files: Object.fromEntries(hashes), ...folders };
}

/** The manifest of a snapshot whose files are all as it says; null for any other snapshot. */
export function manifestIn(files: Texts): Manifest | null {
  return isWhole(files) ? parsed(files[MANIFEST] as string) : null;
}

/**
 * Where a snapshot's files are not those its manifest was written with: torn, edited or merged.
 * Null where there is no manifest to tell by.
 */
export function discrepanciesIn(files: Texts): Discrepancy[] | null {
  if (!Object.hasOwn(files, MANIFEST)) return null;
  const manifest = parsed(files[MANIFEST] as string);
  if (!manifest) return [{ file: MANIFEST, how: "unreadable" }];
  return SIGNED.flatMap((file) => {
    const how = discrepancyOf(manifest.files[file], Object.hasOwn(files, file) ? files[file] : undefined);
    return how ? [{ file, how }] : [];
  });
}

/** Whether the files are a complete set, as one run wrote it. */
export function isWhole(files: Texts): boolean {
  return discrepanciesIn(files)?.length === 0;
}

function discrepancyOf(expected: string | undefined, text: string | undefined): Discrepancy["how"] | null {
  if (text === undefined) return expected === undefined ? null : "missing";
  if (expected === undefined) return "unexpected";
  return expected === sha256(text) ? null : "differs";
}

function parsed(text: string): Manifest | null {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
