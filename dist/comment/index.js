process.env.INPUT_COMMAND = "comment";
await import("../action/index.js");
