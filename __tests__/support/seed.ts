import fc from "fast-check";

// One seed unless another is given, so that a change is judged by what it changed: `npm run test:random`
// looks for what this seed does not find.
fc.configureGlobal({ seed: Number(process.env.HOSTENV_TEST_SEED ?? 1) });
