// What a release must be. Pure: scripts/release.mjs asks git and the disk.

const TAG = /^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** `{ version, branch }` of a tag; `branch` is null for what is tried before a release. Null where it names none. */
export function versionOf(tag) {
  const [, major, , , before] = TAG.exec(tag) ?? [];
  if (major === undefined) return null;
  return { version: tag.slice(1), branch: before === undefined ? `v${major}` : null };
}

/** What the changelog says of a version, without its heading; null where it says nothing. */
export function notesIn(changelog, version) {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split(/\s/, 1)[0].replace(/^\[|\]$/g, "") === version);
  if (section === undefined) return null;
  return section.slice(section.indexOf("\n") + 1).trim() || null;
}

/**
 * What stands against a release, a sentence each; empty where nothing does. `workflows` holds the texts of the reusable
 * ones by path.
 */
export function problemsOf({ tag, packageVersion, changelog, isOnMain, workflows }) {
  const found = versionOf(tag);
  if (found === null) return [`${tag} is no version: tags are named v1.2.3 or v1.2.3-rc.1`];
  const { version } = found;
  return [
    ...(packageVersion === version ? [] : [`package.json has version ${packageVersion}, the tag ${version}`]),
    ...(notesIn(changelog, version) === null ? [`CHANGELOG.md has nothing below '## ${version}'`] : []),
    ...(isOnMain ? [] : [`${tag} is not on main: tag what was merged`]),
    ...Object.entries(workflows).flatMap(([path, text]) =>
      unpinned(text).map((use) => `${path} uses ${use}`),
    ),
  ];
}

// `$/plan` is the action of the commit that the workflow itself came from: what a release names is then one whole.
// Any other way to name ours could lead to another commit's dist/.
function unpinned(text) {
  const uses = [...text.matchAll(/^\s*(?:- )?uses: (\S+)/gm)].map(([, use]) => use);
  return uses.filter((use) => use.startsWith("hostenv/provider-actions") || use.startsWith("./"));
}
