import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { MARK } from "../../src/domain/dns/zones.ts";
import { ActFleet, describeWithAct, PROJECTS } from "../support/act-fleet.ts";

const MINUTE = 60_000;
const [DEPLOYED, FAILED] = [[["deploy", "success"]] as const, [["deploy", "failure"]] as const];
const [SITE, LAB] = ["www.client.example", "lab.client.example"];

// The file of secrets has a token for the provider's zones: whether it is used is said in the caller.
describeWithAct("the caller deploy.yml with dns-update, run by act", () => {
  let act: ActFleet;
  beforeAll(async () => {
    act = await ActFleet.start({ ownsZones: true }, (fleet) =>
      fleet.edit('zones = [ "acme.example" ];', 'zones = [ "client.example" ];'),
    );
    await act.deployed();
  }, 5 * MINUTE);
  afterAll(async () => act?.stop());
  afterEach(() => expect([act.api.violations, act.internet.api.violations]).toEqual([[], []]));

  const own = (name: string) => `${name}.hosting.example`;
  const zoneOf = (host: string) => (host.endsWith(".hosting.example") ? "hosting.example" : "client.example");
  const records = (host: string) =>
    act.internet.api
      .zoneNamed(zoneOf(host))
      .records.filter(({ name }) => name === host)
      .map(({ type, content, comment }) => [type, content, comment]);
  const forget = (host: string) => {
    const { records: all } = act.internet.api.zoneNamed(zoneOf(host));
    for (const record of all.filter(({ name }) => name === host))
      act.internet.api.removeRecord(zoneOf(host), record);
  };
  const writes = () => act.internet.api.requests.filter(({ method }) => method !== "GET").length;
  const merged = (text: string, more: () => void = () => {}) =>
    act.merged(text, () => {
      for (const node of ["node-a", "node-b"])
        act.fleet.write(`nodes/${node}/note.nix`, JSON.stringify(text));
      more();
    });
  const push = (jobs: typeof DEPLOYED | typeof FAILED, inputs: Readonly<Record<string, string>>) =>
    act.ran("deploy", "push", jobs, { head_commit: null }, inputs);

  test(
    "without it, records are nobody's business but the client's",
    async () => {
      forget(own(act.environments.lab));
      merged("First");
      await push(DEPLOYED, {});
      expect([records(own(act.environments.lab)), writes()]).toEqual([[], 0]);
    },
    8 * MINUTE,
  );

  test(
    "leads hostnames of what was deployed and answers to their nodes, and leaves records that are somebody's",
    async () => {
      const host = own(act.environments.lab);
      // A client's own record, which leads elsewhere on purpose.
      act.internet.leadAway(LAB);
      const [theirs] = act.internet.api
        .zoneNamed("client.example")
        .records.filter(({ name }) => name === LAB);
      Object.assign(theirs as object, { comment: "the client's" });
      const before = records(LAB);
      merged("Second");
      await push(DEPLOYED, { "dns-update": "true" });
      expect(records(host)).toEqual([["CNAME", "node-b.hosting.example", MARK]]);
      expect(await act.internet.visit(host)).toMatchObject({ node: "node-b" });
      expect(records(LAB)).toEqual(before);
      expect(records(SITE)).toEqual([["CNAME", "node-a.hosting.example", MARK]]);
    },
    8 * MINUTE,
  );

  test(
    "leads nobody to what was deployed and does not answer",
    async () => {
      const [host, known] = [own(act.environments.site), writes()];
      forget(host);
      act.internet.sites.broken.add(`node-a ${act.environments.site}`);
      // What nginx answers for it, and not that it leads to TLS, is the check's answer.
      const followed = PROJECTS.acme__site.replace('path = "/";', 'path = "/"; followRedirects = true;');
      merged("Third", () => act.fleet.rewrite("acme__site", followed));
      await push(FAILED, { "dns-update": "true" });
      expect([records(host), writes()]).toEqual([[], known]);
      act.internet.sites.broken.clear();
      // A run of the same push proves it, and then leads.
      await push(DEPLOYED, { "dns-update": "true" });
      expect(records(host)).toEqual([["CNAME", "node-a.hosting.example", MARK]]);
    },
    10 * MINUTE,
  );
});
