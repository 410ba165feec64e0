process.env.INPUT_COMMAND = "deploy";
await import("../action/index.js");
