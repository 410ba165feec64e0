// The demo's last part, started by demo.mjs with Node 24: two nodes of this machine, as the tests have them, and what a
// deploy would do on them. Ends with 0 where this machine can have none, and says why.
import { Deployable } from "../__tests__/support/deployable.ts";
import { whyNoNodes } from "../__tests__/support/node/tools.ts";

const [nix] = process.argv.slice(2);
const say = (text) => process.stdout.write(`${text}\n`);

async function rehearse() {
  const fleet = await Deployable.start(nix);
  try {
    const { status, stdout, stderr } = fleet.deploy(["--dry-run"]);
    say(stdout.trimEnd());
    if (status !== 0) throw new Error(`the rehearsal ended with ${status}, expected 0: ${stderr}`);
    for (const node of Object.keys(fleet.nodes)) {
      const system = fleet.profile(node, "system");
      if (system !== null) throw new Error(`${node} runs ${system}, which a rehearsal may not switch to`);
    }
    say("\nBoth nodes were logged in to, and got what is built; neither of them runs anything of it.");
  } finally {
    await fleet.stop();
  }
}

const reason = whyNoNodes();
if (reason === null) await rehearse();
else say(`Not shown here: it needs nodes, and ${reason}.`);
