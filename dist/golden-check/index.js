process.env.INPUT_COMMAND = "golden-check";
await import("../action/index.js");
