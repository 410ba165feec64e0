import { ACTION_INPUTS, inputKey, type Verb } from "./verbs/verb.ts";

/**
 * What would be typed to run a verb with these options, by camelCase name, quoted for a shell. `without`:
 * flags that are left out.
 */
export function commandLine(
  { name, flags }: Pick<Verb, "name" | "flags">,
  options: Readonly<Record<string, unknown>>,
  without: readonly string[] = [],
): string {
  const words = [...ACTION_INPUTS, ...flags]
    .filter((flag) => !without.includes(flag.name))
    .flatMap((flag) => {
      const value = options[inputKey(flag.name)];
      if (value === undefined || value === false) return [];
      return [value]
        .flat()
        .map((each) => (each === true ? `--${flag.name}` : given(flag.name, String(each))));
    });
  return ["hostenv-provider", name, ...words].join(" ");
}

// A value that begins with a dash would be taken for a flag.
function given(name: string, value: string): string {
  return `--${name}${value.startsWith("-") ? "=" : " "}${quoted(value)}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
