const { chmodSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, statfsSync } = require('fs');
const os = require('os');
const path = require('path');

/** Where Linux keeps files in memory: servers of the tests make and remove thousands. */
const MEMORY = '/dev/shm';

/** All servers of a run at once need a tenth of it. */
const ENOUGH_BYTES = 4e9;

/** For all processes of jest: what a test file sets is seen by its own sandbox alone, not by the CDK. */
const ENVIRONMENT = {
  // The CDK's template validation costs seconds for each process; the examples are validated.
  CDK_VALIDATION: 'false',
  JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** A run has a temporary folder of its own: each app that is synthesised leaves its assembly there. */
module.exports = () => {
  for (const [name, value] of Object.entries(ENVIRONMENT)) process.env[name] ??= value;
  const base = baseFolder();
  removeAbandoned(base);
  const folder = mkdtempSync(path.join(base, `gs-${process.pid}-`));
  // As the temporary folder of the system: servers run as users of their own, and remove what is theirs.
  chmodSync(folder, 0o1777);
  process.env.TMPDIR = folder;
  process.env.GUARDED_SECRETS_TEST_FOLDER = folder;
};

function baseFolder() {
  if (process.env.TMPDIR || !existsSync(MEMORY)) return os.tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize > ENOUGH_BYTES ? MEMORY : os.tmpdir();
}

/** A run of the same user that was killed left its folder, and its servers ended with it. */
function removeAbandoned(base) {
  for (const name of readdirSync(base)) {
    const [, pid] = /^gs-(\d+)-\w+$/.exec(name) ?? [];
    if (!pid || isAlive(Number(pid)) || lstatSync(path.join(base, name)).uid !== process.getuid?.()) continue;
    rmSync(path.join(base, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
