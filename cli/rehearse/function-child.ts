/**
 * What runs in the process of a function, as text for `node -e`: the function may need another Node.js than this tool, and
 * must not see its modules. It ends with its parent.
 */
export const FUNCTION_CHILD = `
// First of all: code that hangs while it is loaded must meet the limit, too.
process.send({ ready: true });
const path = require('path');
const { pathToFileURL } = require('url');
const [file, name] = process.env._HANDLER.split(/\\.(?=[^.]*$)/);

async function load() {
  const base = path.resolve(process.env.LAMBDA_TASK_ROOT, file);
  let failure;
  for (const extension of ['.js', '.cjs', '.mjs']) {
    try {
      const code = await loadFile(base + extension, extension);
      if (typeof code[name] !== 'function') throw new Error(process.env._HANDLER + ' is undefined or not exported');
      return code[name];
    } catch (error) {
      if (error.code !== 'MODULE_NOT_FOUND' && error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
      failure = failure ?? error;
    }
  }
  throw failure;
}

// A .js file may be a module too, and one with an await at its top cannot be required.
async function loadFile(file, extension) {
  if (extension === '.mjs') return import(pathToFileURL(file).href);
  try {
    return require(file);
  } catch (error) {
    if (error.code !== 'ERR_REQUIRE_ESM' && error.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
    return import(pathToFileURL(file).href);
  }
}

const handler = load();
handler.catch(() => {});

process.on('message', async ({ id, event, timeout }) => {
  const end = Date.now() + timeout;
  const context = {
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: 'rehearsal-' + id,
    getRemainingTimeInMillis: () => end - Date.now(),
  };
  try {
    const call = await handler;
    const result = call.length < 3 ? await call(event, context)
      : await new Promise((resolve, reject) => call(event, context, (error, value) => error ? reject(error) : resolve(value)));
    process.send({ id, result: result ?? null });
  } catch (error) {
    process.send({ id, error: { errorType: error?.name ?? 'Error', errorMessage: error?.message ?? String(error) } });
  }
});
process.on('disconnect', () => process.exit());
`;
