import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type Answered, type Ask, addressesIn, ask } from "./ask.ts";
import { LoopbackBlock } from "./loopback.ts";
import { SmallInternet } from "./small-internet.ts";
import { describeWith, ROOT } from "./tools.ts";

/** Response code and addresses of an answer. */
function seen(answer: Answered | null): string {
  return [answer?.rcode ?? "no answer", ...addressesIn(answer?.answers)].join(" ");
}

async function see(server: string, name: string, more: Partial<Ask> = {}): Promise<string> {
  return seen(await ask({ server, name, type: "A", ...more }));
}

describeWith(["KNOTD", "KNOTC", "KEYMGR", "UNBOUND", ROOT], "a small internet", () => {
  let block: LoopbackBlock;
  let internet: SmallInternet;
  let resolver: string;

  beforeAll(async () => {
    block = await LoopbackBlock.claim();
    internet = await SmallInternet.start(block, {
      org: { signed: true },
      "example.org": { records: "www A 192.0.2.1\nalias CNAME www.shop.test." },
      "shop.test": { ttl: 600, records: "www A 192.0.2.2" },
      "signed.org": { signed: true, records: "www A 192.0.2.3" },
      "broken.org": { signed: true, ds: "wrong", records: "www A 192.0.2.4" },
      "island.org": { signed: true, ds: "none", records: "www A 192.0.2.5" },
    });
    resolver = (await internet.resolver()).address;
  }, 60_000);
  afterAll(async () => {
    await internet?.stop();
    await block?.release();
  });

  test("a resolver finds names from the root down, over UDP and TCP", async () => {
    expect(await see(resolver, "www.example.org")).toBe("NOERROR 192.0.2.1");
    expect(await see(resolver, "www.example.org", { tcp: true })).toBe("NOERROR 192.0.2.1");
    expect(await see(resolver, "alias.example.org")).toBe("NOERROR 192.0.2.2");
    expect(await see(resolver, "absent.example.org")).toBe("NXDOMAIN");
  });

  test("name servers refer to those of the zones below and answer for their own", async () => {
    const [root] = internet.addresses(".") as [string];
    const referral = await ask({ server: root, name: "www.shop.test", type: "A" });
    expect(referral?.flag_aa).toBe(false);
    const glue = addressesIn(referral?.additionals);
    expect(glue).toEqual(internet.addresses("shop.test"));
    const answer = await ask({ server: glue[0] as string, name: "www.shop.test", type: "A" });
    expect(answer?.flag_aa).toBe(true);
    expect(seen(answer)).toBe("NOERROR 192.0.2.2");
  });

  test("a signed zone validates, one without DS is insecure, one with a wrong DS is bogus unless CD is set", async () => {
    const signed = await ask({ server: resolver, name: "www.signed.org", type: "A" });
    expect([seen(signed), signed?.flag_ad]).toEqual(["NOERROR 192.0.2.3", true]);
    const island = await ask({ server: resolver, name: "www.island.org", type: "A" });
    expect([seen(island), island?.flag_ad]).toEqual(["NOERROR 192.0.2.5", false]);
    expect(await see(resolver, "www.broken.org")).toBe("SERVFAIL");
    expect(await see(resolver, "www.broken.org", { unchecked: true })).toBe("NOERROR 192.0.2.4");
  });

  test("a trust anchor that matches no key makes everything bogus, none at all validates nothing", async () => {
    const wrong = (await internet.knot(".").ds(".")).map((line) => line.replace(/\S+$/, "0".repeat(64)));
    const misled = await internet.resolver({ trustAnchors: wrong });
    expect(await see(misled.address, "www.signed.org")).toBe("SERVFAIL");
    const trusting = await internet.resolver({ trustAnchors: [] });
    expect(await see(trusting.address, "www.broken.org")).toBe("NOERROR 192.0.2.4");
  });

  test("a zone changes at run time, signed or not, and a resolver sees it when the old answer has expired", async () => {
    for (const zone of ["example.org", "signed.org"]) {
      await internet.update(zone, "www A 192.0.2.77");
      expect(await see(internet.addresses(zone)[0] as string, `www.${zone}`)).toBe("NOERROR 192.0.2.77");
      while ((await see(resolver, `www.${zone}`)) !== "NOERROR 192.0.2.77") await aWhile();
    }
  });

  test("a denial is kept for as long as the zone says, and a resolver's settings allow", async () => {
    const patient = (await internet.resolver({ negativeTtl: 600 })).address;
    for (const each of [resolver, patient]) expect(await see(each, "later.shop.test")).toBe("NXDOMAIN");
    await internet.update("shop.test", "www A 192.0.2.2\nlater A 192.0.2.6");
    while ((await see(resolver, "later.shop.test")) !== "NOERROR 192.0.2.6") await aWhile();
    expect(await see(patient, "later.shop.test")).toBe("NXDOMAIN");
  });

  test("a broken master file is refused, and the old records stay", async () => {
    await expect(internet.update("island.org", "www A nonsense")).rejects.toThrow("failed");
    expect(await see(internet.addresses("island.org")[0] as string, "www.island.org")).toBe(
      "NOERROR 192.0.2.5",
    );
    await expect(internet.update("absent.org", "")).rejects.toThrow("'absent.org' has no Knot");
  });

  test("a zone whose server has stopped gets no answer, neither from it nor from a resolver", async () => {
    await internet.knot("shop.test").stop();
    expect(await see(internet.addresses("shop.test")[0] as string, "www.shop.test")).toBe("no answer");
    expect(await see(resolver, "other.shop.test")).toBe("no answer");
  });
});

function aWhile(): Promise<void> {
  return new Promise((done) => setTimeout(done, 100));
}
