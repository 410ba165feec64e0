process.env.INPUT_COMMAND = "dns-gate";
await import("../action/index.js");
