const { rmSync } = require('fs');

module.exports = () => rmSync(process.env.GUARDED_SECRETS_TEST_FOLDER, { recursive: true, force: true });
