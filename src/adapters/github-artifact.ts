import { fromBuffer } from "yauzl";
import type { JsonValue } from "../domain/json.ts";
import { HostenvError } from "../errors.ts";

/** A report unpacked may have so many bytes; an archive says less than it holds if it wants to do harm. */
const LARGEST = 64 * 1024 * 1024;

/** The JSON of the file report.json in a zip archive. Throws HostenvError `artifact-unusable`. */
export async function reportIn(archive: Buffer, name: string): Promise<JsonValue> {
  try {
    return JSON.parse((await unpacked(archive)).toString("utf8")) as JsonValue;
  } catch (cause) {
    const hint = "run the plan of that commit again";
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HostenvError("artifact-unusable", `${name} holds no report.json: ${why}`, hint, cause);
  }
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
