const { chmodSync, mkdtempSync } = require('fs');
const os = require('os');
const path = require('path');

/** A run has a temporary folder of its own: each app that is synthesised leaves its assembly there. */
module.exports = () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gs-'));
  // As the temporary folder of the system: servers run as users of their own, and remove what is theirs.
  chmodSync(folder, 0o1777);
  process.env.TMPDIR = folder;
  process.env.GUARDED_SECRETS_TEST_FOLDER = folder;
};
