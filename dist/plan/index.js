process.env.INPUT_COMMAND = "plan";
await import("../action/index.js");
