import { fromBuffer } from "yauzl";
import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";

/** A report unpacked may have so many bytes; an archive says less than it holds if it wants to do harm. */
const LARGEST = 64 * 1024 * 1024;

/**
 * A schema takes some 3 µs and 800 bytes over each value that is wrong, so a stranger's small archive could
 * take all there is. 1,000 new environments give 300,000.
 */
const MOST_VALUES = 400_000;

/** The JSON of the file report.json in a zip archive. Throws HostenvError `artifact-unusable`. */
export async function reportIn(archive: Buffer, name: string): Promise<JsonValue> {
  try {
    const text = (await unpacked(archive)).toString("utf8");
    if (commasIn(text) > MOST_VALUES) throw new Error("it holds too many values");
    return JSON.parse(text) as JsonValue;
  } catch (cause) {
    const hint = "run the plan of that commit again";
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HostenvError("artifact-unusable", `${name} holds no report.json: ${why}`, hint, cause);
  }
}

// Between any two values there is one.
function commasIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf(","); at >= 0; at = text.indexOf(",", at + 1)) count++;
  return count;
}

function unpacked(archive: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The library ends with an error where an entry has more bytes than the archive says.
    fromBuffer(archive, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      zip.on("error", reject);
      zip.on("end", () => reject(new Error("there is no such file in it")));
      zip.on("entry", (entry) => {
        if (entry.fileName !== "report.json") return zip.readEntry();
        if (entry.uncompressedSize > LARGEST) return reject(new Error(`${entry.uncompressedSize} bytes`));
        zip.openReadStream(entry, (failure, stream) => {
          if (failure) return reject(failure);
          const chunks: Buffer[] = [];
          stream.on("data", (chunk: Buffer) => chunks.push(chunk));
          stream.on("error", reject);
          stream.on("end", () => resolve(Buffer.concat(chunks)));
        });
      });
      zip.readEntry();
    });
  });
}
