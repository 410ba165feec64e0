import type { JsonValue } from "../domain/json.ts";

/** Files the user names. */
export interface Files {
  /**
   * Parsed JSON in which no key stands twice, none is `__proto__` and no number is infinite, at most 100
   * levels deep. Throws HostenvError `file-not-found`, `file-unusable`, `file-too-large` over so many bytes,
   * and, with the place, `file-not-json`, `file-not-utf8`, `file-too-deep`, `file-duplicate-key` and
   * `file-prototype-key`.
   */
  readJson(path: string, most?: number): Promise<JsonValue>;
  /** As `readJson`, null where the file does not exist; errors call it `name` where one is given. */
  readJsonIfThere(path: string, name?: string): Promise<JsonValue | null>;
  /** The text of a file, null where it does not exist. */
  readIfThere(path: string): Promise<string | null>;
  /** Hex SHA-256 of each file's content, in the order given. */
  hashes(root: string, paths: readonly string[]): Promise<string[]>;
  /**
   * The text of a JSON document with `false` in place of the values that the paths of keys lead to, those that
   * lead somewhere; every other character stays.
   */
  withFalse(text: string, paths: readonly (readonly string[])[]): string;
  /** Replaces a file; its old content stays until the new one is complete. */
  write(path: string, text: string): Promise<void>;
}

/** The snapshot's folder. Runs that only read need no lock. */
export interface Snapshot {
  /** Makes this the only run that writes, until `unlock` or its end. Throws HostenvError `snapshot-locked`. */
  lock(): Promise<void>;
  /** Lets others write; does nothing without a lock. */
  unlock(): Promise<void>;
  /**
   * Finishes or undoes what a killed run had begun; to be called before anything is read. Returns what
   * was done in words, null where nothing was. Throws HostenvError `snapshot-linked`, `snapshot-leftover`.
   */
  recover(): Promise<string | null>;
  /**
   * What `read` gives, and during which nobody replaced the folder: it is called again where somebody
   * did. Throws HostenvError `snapshot-locked` where that never ends.
   */
  steadily<T>(read: () => Promise<T>): Promise<T>;
  /** Texts of the files a plan writes, by name, those that exist and are no links. */
  read(): Promise<Record<string, string>>;
  /**
   * Replaces the files a plan writes, all or none, by these, of which one is their manifest; other files
   * of the folder stay. Needs the lock. Throws HostenvError `file-unusable` with the old set untouched.
   */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Replaces one file of the folder that no plan writes; all others stay. Needs the lock. Throws HostenvError
   * `file-unusable` with the old one untouched.
   */
  replace(name: string, text: string): Promise<void>;
}
