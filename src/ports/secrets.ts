import type { AgeKey } from "../domain/age-keys.ts";
import type { JsonObject } from "../domain/json.ts";

/** Files of secrets that are encrypted in the repository. */
export interface SecretFiles {
  /**
   * What the file holds, decrypted with these keys and no others, and its text as it is on disk. Throws
   * HostenvError, which holds no part of a secret: `sops-missing`, `sops-old`, `sops-file`, `sops-plain` for a file
   * that is not encrypted, `sops-key` for keys it is not encrypted for, `sops-tampered`, `sops-timeout` and
   * `sops-failed`.
   */
  decrypted(path: string, keys: readonly AgeKey[]): Promise<{ tree: JsonObject; text: string }>;
  /** Whose keys open the file, as far as it says so. Throws HostenvError `sops-file`. */
  recipients(path: string): Promise<readonly string[]>;
}

/** A folder for secrets that a program takes only as a file. */
export interface PrivateFolder {
  readonly path: string;
  /** Writes a new file that only we can read; gives its path. Throws HostenvError `file-unusable`. */
  write(name: string, text: string): Promise<string>;
  /** Removes the folder with all that is in it. */
  remove(): Promise<void>;
}

/** Where such folders are made. */
export interface PrivateFolders {
  /** A new one, which is gone when this process ends, unless that is killed. Throws HostenvError `file-unusable`. */
  make(): Promise<PrivateFolder>;
  /** Removes what runs left that were killed. Throws HostenvError `file-unusable`. */
  sweep(): Promise<void>;
}
