// A tool that the machine cannot have is an answer with a reason, not an error.

/** What `ensure` finds, `{ path }`, or `{ path: null, reason }` for what it throws. */
export async function attempt(ensure) {
  try {
    return await ensure();
  } catch (error) {
    return { path: null, reason: error.code ? notWritable(error) : error.message };
  }
}

// An error with a code is the file system's: the modules here throw plain ones.
function notWritable({ message }) {
  return `the cache folder does not take files (${message}); set HOSTENV_TEST_CACHE to one that does.`;
}
